#include "model_name.hpp"

#include <array>
#include <string>

#include "breakwater/base/strings.hpp"
#include "breakwater/providers/sim.hpp"

namespace breakwater::sim {
namespace {

constexpr int kTokensMax = 10'000'000;

constexpr auto kModelNames = std::to_array<std::string_view>({"chat",          "echo",
                                                              "reasoning",     "lorem",
                                                              "embed",         "rerank",
                                                              "moderation",    "image",
                                                              "speech",        "transcribe",
                                                              "realtime",      "status-503",
                                                              "error-in-200",  "error-first-event",
                                                              "cut-before",    "cut-after-3",
                                                              "stall-after-3", "malformed-after-3",
                                                              "error-after-3", "slow-head-5s",
                                                              "refused",       "html",
                                                              "empty",         "no-done",
                                                              "no-finish",     "status-429"});
constexpr std::array<std::string_view, 8> kSettingNames{"tokens",  "first_token", "first_token_p95", "gap",
                                                        "gap_p95", "fail",        "fail_with",       "seed"};

std::unexpected<Error> refuse(std::string message) {
    return fail(ErrorKind::model_not_found, std::move(message), "model");
}

/// "20%" or "0.2".
std::optional<double> share_from(std::string_view text) {
    const bool percent = text.ends_with('%');
    if (percent) text.remove_suffix(1);
    const auto amount = parse_double(text);
    if (!amount) return std::nullopt;
    const double share = percent ? *amount / 100 : *amount;
    if (!(share >= 0 && share <= 1)) return std::nullopt;
    return share;
}

std::optional<Behaviour> behaviour_from(std::string_view name) {
    if (name == "chat") return Behaviour::chat;
    if (name == "echo") return Behaviour::echo;
    if (name == "reasoning") return Behaviour::reasoning;
    if (name == "lorem") return Behaviour::lorem;
    if (name == "embed") return Behaviour::embed;
    if (name == "rerank") return Behaviour::rerank;
    if (name == "moderation") return Behaviour::moderation;
    if (name == "image") return Behaviour::image;
    if (name == "speech") return Behaviour::speech;
    if (name == "realtime") return Behaviour::realtime;
    if (name == "transcribe") return Behaviour::transcribe;
    return std::nullopt;
}

bool set_duration(std::string_view text, std::chrono::milliseconds& setting) {
    const auto value = duration_from(text);
    if (value) setting = std::chrono::duration_cast<std::chrono::milliseconds>(*value);
    return value.has_value();
}

/// False when the value is not one that this setting takes.
bool apply(std::string_view name, std::string_view value, config::SimSettings& settings) {
    if (name == "tokens") {
        const auto tokens = parse_u64(value);
        if (!tokens || *tokens > static_cast<std::uint64_t>(kTokensMax)) return false;
        settings.tokens = static_cast<int>(*tokens);
        return true;
    }
    if (name == "first_token" || name == "gap") {
        // The spread that was given for another median says nothing about this one.
        (name == "gap" ? settings.gap_p95 : settings.first_token_p95) = {};
        return set_duration(value, name == "gap" ? settings.gap_p50 : settings.first_token_p50);
    }
    if (name == "first_token_p95") return set_duration(value, settings.first_token_p95);
    if (name == "gap_p95") return set_duration(value, settings.gap_p95);
    if (name == "fail") {
        const auto share = share_from(value);
        settings.fail = share.value_or(settings.fail);
        return share.has_value();
    }
    if (name == "fail_with") {
        settings.fail_with = value;
        return fault_from(value).has_value();
    }
    const auto seed = parse_u64(value);
    settings.seed = seed.value_or(settings.seed);
    return seed.has_value();
}

Result<void> apply_all(std::string_view list, config::SimSettings& settings) {
    for (const std::string_view entry : split(list, ',')) {
        const std::size_t equals = entry.find('=');
        const std::string_view name = trim(entry.substr(0, equals));
        bool known = false;
        for (const std::string_view candidate : kSettingNames) known = known || candidate == name;
        if (!known) {
            const std::string_view meant = nearest(name, kSettingNames);
            return refuse("The simulator has no setting `" + std::string(name) + "`" +
                          (meant.empty() ? "; there are tokens, first_token, first_token_p95, gap, gap_p95, fail, "
                                           "fail_with and seed."
                                         : "; did you mean `" + std::string(meant) + "`?"));
        }
        const std::string_view value = equals == std::string_view::npos ? "" : trim(entry.substr(equals + 1));
        if (!apply(name, value, settings)) {
            return refuse("The simulator's setting `" + std::string(name) + "` does not take `" + std::string(value) +
                          "`; write for example tokens=50, gap=20ms, fail=20% or fail_with=status-503.");
        }
    }
    return {};
}

}  // namespace

Result<Model> parse_model(std::string_view name, const config::SimSettings& settings) {
    Model model{.settings = settings};
    if (name.starts_with("sim/")) name.remove_prefix(4);
    const std::size_t colon = name.find(':');
    const std::string_view base = name.substr(0, colon);
    if (const auto behaviour = behaviour_from(base)) {
        model.behaviour = *behaviour;
    } else if (const auto fault = fault_from(base)) {
        model.fault = *fault;
    } else {
        const std::string_view meant = nearest(base, kModelNames);
        return refuse(
            "The simulator has no model `" + std::string(base) + "`" +
            (meant.empty()
                 ? "; there are chat, echo, reasoning, lorem, embed, rerank, moderation, image, speech, transcribe, "
                   "realtime and the faults, such as status-503 or cut-after-3."
                 : "; did you mean `" + std::string(meant) + "`?"));
    }
    if (colon != std::string_view::npos) {
        if (auto applied = apply_all(name.substr(colon + 1), model.settings); !applied) {
            return std::unexpected(std::move(applied.error()));
        }
    }
    const auto fail_with = fault_from(model.settings.fail_with);
    if (!fail_with) {
        return refuse("The simulator has no fault `" + model.settings.fail_with +
                      "` for fail_with; write for example status-503, refused or cut-after-3.");
    }
    model.fail_with = *fail_with;
    return model;
}

}  // namespace breakwater::sim

namespace breakwater {

ModelMode sim_model_mode(std::string_view model) noexcept {
    if (model.starts_with("sim/")) model.remove_prefix(4);
    model = model.substr(0, model.find(':'));
    if (model == "embed") return ModelMode::embedding;
    if (model == "moderation") return ModelMode::moderation;
    if (model == "image") return ModelMode::image;
    if (model == "speech") return ModelMode::speech;
    if (model == "realtime") return ModelMode::realtime;
    if (model == "transcribe") return ModelMode::transcription;
    return model == "rerank" ? ModelMode::rerank : ModelMode::chat;
}

Result<void> check_sim_model(std::string_view model, const config::SimSettings& settings) {
    const auto parsed = sim::parse_model(model, settings);
    if (!parsed) return std::unexpected(parsed.error());
    return {};
}

}  // namespace breakwater
