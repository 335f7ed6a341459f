#include "parameters.hpp"

#include <algorithm>
#include <array>

#include "../shared/model_name.hpp"
#include "../shared/openai_members.hpp"
#include "../shared/parameter_readers.hpp"
#include "messages.hpp"
#include "tools.hpp"

namespace breakwater::openai_chat {
namespace {

constexpr std::array<std::string_view, 3> kFormats{"text", "json_object", "json_schema"};

bool read_logit_bias(const Value& value, Draft& draft) {
    const bool valid = value.each_member([](std::string_view, const Value& bias) {
        std::optional<double> number;
        return bias.read(number, -100, 100);
    });
    return valid && value.read_object(draft.request.sampling.logit_bias);
}

bool read_response_format(const Value& value, Draft& draft) {
    ResponseFormat& out = draft.request.response_format;
    if (!value.is_object()) return value.wrong_type("an object");
    const std::optional<Value> type = value.find("type");
    if (!type) return value.missing("type");
    std::string word;
    if (!type->read_word(word, kFormats)) return false;
    if (word == "json_schema") {
        out.kind = ResponseFormat::Kind::json_schema;
        const std::optional<Value> schema = value.find("json_schema");
        return schema ? ingress::read_schema(*schema, out) : value.missing("json_schema");
    }
    out.kind = word == "text" ? ResponseFormat::Kind::text : ResponseFormat::Kind::json_object;
    return true;
}

/// A provider's own object, which many clients send as it is. Its budget is understood, so that other providers can
/// honour it.
bool read_thinking(const Value& value, Draft& draft) {
    Reasoning& reasoning = draft.request.reasoning;
    if (!value.read_object(reasoning.native)) return false;
    const std::optional<Value> budget = value.find("budget_tokens");
    return !budget || budget->read(reasoning.budget_tokens);
}

bool read_stream_options(const Value& value, Draft& draft) {
    bool obfuscation = false;  // Padding against traffic analysis, which the gateway never sends.
    if (!value.is_object()) return value.wrong_type("an object");
    return value.optional("include_usage", draft.include_usage) && value.optional("include_obfuscation", obfuscation);
}

using Readers = ingress::ParameterReaders<Draft>;
using Parameter = Readers::Parameter;
using R = ChatRequest;
using S = Sampling;

/// Every member that this dialect knows, sorted by name. Ranges are those outside of which no model takes a value;
/// narrower ones belong to capability maps.
constexpr std::array kParameters{
    Parameter{"audio", Readers::object_into<&R::audio>},
    Parameter{"frequency_penalty", Readers::sampled<&S::frequency_penalty, -2, 2>},
    Parameter{"function_call", [](const Value& v, Draft& d) { return read_function_choice(v, d.function_choice); }},
    Parameter{"functions", [](const Value& v, Draft& d) { return read_functions(v, d.functions); }},
    Parameter{"logit_bias", read_logit_bias},
    Parameter{"logprobs", Readers::into<&R::logprobs>},
    Parameter{"max_completion_tokens", [](const Value& v, Draft& d) { return v.read(d.max_completion_tokens, 1); }},
    Parameter{"max_tokens", [](const Value& v, Draft& d) { return v.read(d.max_tokens, 1); }},
    Parameter{"messages", [](const Value& v, Draft& d) { return read_messages(v, d.request.messages); }},
    Parameter{"metadata", [](const Value& v, Draft& d) { return ingress::read_metadata(v, d.request.metadata); }},
    Parameter{"modalities", [](const Value& v, Draft& d) { return ingress::read_strings(v, d.request.modalities); }},
    Parameter{"model", [](const Value& v, Draft& d) { return ingress::read_model_name(v, d.request.model); }},
    Parameter{"moderation", Readers::object_into<&R::moderation>},
    Parameter{"n", [](const Value& v, Draft& d) { return v.read(d.request.n, 1, 128); }},
    Parameter{"parallel_tool_calls", Readers::into<&R::parallel_tool_calls>},
    Parameter{"prediction", Readers::object_into<&R::prediction>},
    Parameter{"presence_penalty", Readers::sampled<&S::presence_penalty, -2, 2>},
    Parameter{"prompt_cache_key", Readers::into<&R::prompt_cache_key>},
    Parameter{"prompt_cache_options", Readers::object_into<&R::prompt_cache_options>},
    Parameter{"prompt_cache_retention", Readers::into<&R::prompt_cache_retention>},
    Parameter{"reasoning_effort",
              [](const Value& v, Draft& d) { return ingress::read_effort(v, d.request.reasoning); }},
    Parameter{"response_format", read_response_format},
    Parameter{"safety_identifier", Readers::into<&R::safety_identifier>},
    Parameter{"seed", [](const Value& v, Draft& d) { return v.read(d.request.sampling.seed); }},
    Parameter{"service_tier", Readers::into<&R::service_tier>},
    Parameter{"stop", [](const Value& v, Draft& d) { return ingress::read_stop(v, d.request.sampling.stop); }},
    Parameter{"store", Readers::into<&R::store>},
    Parameter{"stream", Readers::into<&R::stream>},
    Parameter{"stream_options", read_stream_options},
    Parameter{"temperature", Readers::sampled<&S::temperature, 0, 2>},
    Parameter{"thinking", read_thinking},
    Parameter{"tool_choice", [](const Value& v, Draft& d) { return read_tool_choice(v, d.request.tool_choice); }},
    Parameter{"tools", [](const Value& v, Draft& d) { return read_tools(v, d.request.tools); }},
    // -1 is how some servers spell "no limit".
    Parameter{"top_k", [](const Value& v, Draft& d) { return v.read(d.request.sampling.top_k, -1); }},
    Parameter{"top_logprobs", [](const Value& v, Draft& d) { return v.read(d.request.top_logprobs, 0, 20); }},
    Parameter{"top_p", Readers::sampled<&S::top_p, 0, 1>},
    Parameter{"user", Readers::into<&R::user>},
    Parameter{"verbosity", [](const Value& v, Draft& d) { return ingress::read_verbosity(v, d.request.verbosity); }},
    Parameter{"web_search_options", Readers::object_into<&R::web_search_options>},
};
static_assert(std::ranges::is_sorted(kParameters, {}, &Parameter::name));

/// Where a name's parameter may be: a table made when this is compiled, in which no two names share a place, so that
/// each member of a request costs one comparison.
struct Places {
    static constexpr std::size_t kCount = 256;
    static constexpr std::uint8_t kNone = 255;

    [[nodiscard]] static constexpr std::size_t place(std::string_view name, std::size_t factor) noexcept {
        const auto byte = [name](std::size_t at) {
            return static_cast<std::size_t>(static_cast<unsigned char>(name[at]));
        };
        return (name.size() * 29 + byte(0) * factor + byte(name.size() / 2) * 7 + byte(name.size() - 1)) % kCount;
    }
    consteval Places() {
        while (!fill()) factor += 2;
    }
    consteval bool fill() {
        by_place.fill(kNone);
        for (std::size_t i = 0; i < kParameters.size(); ++i) {
            std::uint8_t& taken = by_place[place(kParameters[i].name, factor)];
            if (taken != kNone) return false;
            taken = static_cast<std::uint8_t>(i);
        }
        return true;
    }
    [[nodiscard]] constexpr const Parameter* find(std::string_view name) const noexcept {
        if (name.empty()) return nullptr;
        const std::uint8_t index = by_place[place(name, factor)];
        return index != kNone && kParameters[index].name == name ? &kParameters[index] : nullptr;
    }

    std::size_t factor = 1;
    std::array<std::uint8_t, kCount> by_place{};
};
constexpr Places kPlaces;

}  // namespace

bool read_parameter(std::string_view name, const Value& value, Draft& draft) {
    if (const Parameter* known = kPlaces.find(name)) return known->read(value, draft);
    return ingress::keep_extension(name, value, draft.request);
}

}  // namespace breakwater::openai_chat
