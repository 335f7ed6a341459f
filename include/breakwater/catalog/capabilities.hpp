#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace breakwater {

/// How a deployment provides a feature. `unknown` leaves the decision to the layer below (dialect, then `native`).
enum class Support : std::uint8_t { unknown, native, emulated, absent };
std::string_view to_string(Support support) noexcept;
/// Only what a map may state: native, emulated, absent.
std::optional<Support> support_from(std::string_view word) noexcept;

/// What a model or its API can or cannot do. The YAML key is `to_string(feature)`.
enum class Feature : std::uint8_t {
    streaming,
    system_role,  ///< system or developer messages
    tools,
    parallel_tools,  ///< several calls in one answer, and switching that off
    tool_choice_required,
    tool_choice_named,
    custom_tools,
    strict_tools,
    json_object,
    json_schema,
    image_input,      ///< inline (base64)
    image_url_input,  ///< by http(s) URL
    pdf_input,
    file_url_input,  ///< files by http(s) URL
    audio_input,
    audio_output,
    assistant_prefill,  ///< a trailing assistant message is continued
    reasoning,          ///< the model can reason
    reasoning_off,      ///< reasoning can be switched off; absent: the model always reasons
    reasoning_default,  ///< native: it reasons unless told not to; absent: only when asked
    prompt_caching,     ///< cache_control hints are understood
    web_search,
    prediction,
    continuation,  ///< can go on from a partial answer (after_commit: continue)
    dimensions,    ///< embeddings of a length that the request names
    token_input,   ///< embeddings of token ids
    completions,   ///< native: prompts go to the API for them, /completions; else they are what a user says in a chat
};
inline constexpr std::size_t kFeatureCount = static_cast<std::size_t>(Feature::completions) + 1;
std::string_view to_string(Feature feature) noexcept;
std::optional<Feature> feature_from(std::string_view word) noexcept;

/// Request parameters that models and providers restrict down to values. The YAML key is `to_string(parameter)`.
enum class Parameter : std::uint8_t {
    temperature,
    top_p,
    top_k,
    frequency_penalty,
    presence_penalty,
    seed,
    stop,
    n,
    logprobs,
    top_logprobs,
    logit_bias,
    max_tokens,
    reasoning_effort,
    reasoning_budget,
    verbosity,
    service_tier,
    store,
    metadata,
    user,
    safety_identifier,
    prompt_cache_key,
    prompt_cache_retention,
    modalities,
    moderation,
    suffix,  ///< this one and those below: of completions only
    echo,
    best_of,
};
inline constexpr std::size_t kParameterCount = static_cast<std::size_t>(Parameter::best_of) + 1;
std::string_view to_string(Parameter parameter) noexcept;
std::optional<Parameter> parameter_from(std::string_view word) noexcept;

/// A yes or no that may be left unstated, so that an upper map can take back what a lower one says. Reads as a bool.
class Flag {
public:
    constexpr Flag() noexcept = default;
    constexpr Flag(bool value) noexcept : stated_(true), value_(value) {}  // NOLINT(google-explicit-constructor)
    constexpr operator bool() const noexcept { return value_; }            // NOLINT(google-explicit-constructor)
    [[nodiscard]] constexpr bool stated() const noexcept { return stated_; }
    friend constexpr bool operator==(const Flag&, const Flag&) noexcept = default;
    friend constexpr bool operator==(const Flag& flag, bool value) noexcept { return flag.value_ == value; }

private:
    bool stated_ = false;
    bool value_ = false;
};

/// What a deployment takes for one parameter. Empty members restrict nothing.
struct ParameterRule {
    Support support = Support::unknown;  ///< absent: dropped in mode adapt, refused when `essential`
    std::optional<double> min{};
    std::optional<double> max{};              ///< clamped in mode adapt
    std::optional<std::int64_t> count_max{};  ///< stop: how many strings
    /// Enum; a value outside is mapped to the nearest or dropped. Among the values of reasoning_effort `none` means
    /// that reasoning can be switched off; it is never the nearest of another effort.
    std::vector<std::string> values{};
    Flag refused_while_reasoning{};  ///< dropped in mode adapt while the request reasons
    Flag essential{};  ///< dropping it would change what the answer means (n, logprobs): refused unless mode drop
    /// Parameters that may not be set together with this one, and give way to it (temperature xor top_p).
    std::vector<std::string> excludes{};
    friend bool operator==(const ParameterRule&, const ParameterRule&) = default;
};

/// Capability map: features and value constraints of a deployment. Built by laying maps over each other: dialect
/// defaults, preset, catalogue entry, deployment; `overlay` replaces what the upper map states. An immutable value
/// after start.
class Capabilities {
public:
    [[nodiscard]] Support feature(Feature f) const noexcept { return features_[static_cast<std::size_t>(f)]; }
    /// native or emulated; unknown counts as supported.
    [[nodiscard]] bool supports(Feature f) const noexcept { return feature(f) != Support::absent; }
    void set(Feature f, Support support) noexcept { features_[static_cast<std::size_t>(f)] = support; }
    [[nodiscard]] const ParameterRule& rule(Parameter p) const noexcept { return rules_[static_cast<std::size_t>(p)]; }
    [[nodiscard]] ParameterRule& rule(Parameter p) noexcept { return rules_[static_cast<std::size_t>(p)]; }
    /// Everything that `upper` states replaces what is here; members of a rule are replaced one by one.
    void overlay(const Capabilities& upper);
    friend bool operator==(const Capabilities&, const Capabilities&) = default;

private:
    std::array<Support, kFeatureCount> features_{};
    std::array<ParameterRule, kParameterCount> rules_{};
};

}  // namespace breakwater
