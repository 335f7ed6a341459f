#include "parameters.hpp"

#include <algorithm>
#include <array>

#include "../shared/extensions.hpp"
#include "../shared/model_name.hpp"
#include "../shared/own_words.hpp"
#include "content.hpp"
#include "messages.hpp"
#include "tools.hpp"

namespace breakwater::anthropic_messages {
namespace {

constexpr ingress::ExtensionBound kExtensions{256, "expected at most 256 members that the gateway does not know"};
constexpr std::size_t kStopsMax = 8192;
constexpr std::size_t kUserBytesMax = 4096;
constexpr std::array<std::string_view, 2> kTiers{"auto", "standard_only"};
constexpr std::array<std::string_view, 3> kThinking{"disabled", "enabled", "adaptive"};

/// Claude Code begins the system text with an attribution that is another one in every request: no prompt cache of any
/// vendor but Anthropic, which gets the client's bytes, would ever be hit.
void drop_attribution(Message& system) {
    constexpr std::string_view kPrefix = "x-anthropic-billing-header:";
    auto* first = system.parts.empty() ? nullptr : std::get_if<TextPart>(&system.parts.front());
    if (first == nullptr) return;
    // A long text is decoded for that only where its beginning is written with escapes.
    const std::string_view written = first->text.string().bytes.substr(0, kPrefix.size());
    const std::string_view beginning = written.contains('\\') ? first->text.view() : written;
    if (!beginning.starts_with(kPrefix)) return;
    const std::size_t end = system.plain ? first->text.view().find('\n') : std::string::npos;
    if (end == std::string::npos) {
        system.parts.erase(system.parts.begin());
    } else {
        first->text.own().erase(0, end + 1);
    }
}

bool read_system(const Value& value, Draft& draft) {
    Message system{.role = Role::system};
    if (!read_content(value, system)) return false;
    drop_attribution(system);
    if (has_native_blocks(system)) ingress::own_words(draft.request).items = true;
    if (!system.parts.empty()) draft.system = std::move(system);
    return true;
}

bool read_stops(const Value& value, Draft& draft) {
    if (value.count() > kStopsMax) return value.fail("array_above_max_length", "expected at most 8192 sequences");
    return value.each_item([&](const Value& item) { return item.read(draft.request.sampling.stop.emplace_back()); });
}

bool read_metadata(const Value& value, Draft& draft) {
    if (!value.is_object()) return value.wrong_type("an object");
    const std::optional<Value> user = value.find("user_id");
    if (!user) return true;
    if (!user->read(draft.request.user)) return false;
    return draft.request.user.size() <= kUserBytesMax ||
           user->fail("string_above_max_length", "expected at most 4096 bytes");
}

bool read_tier(const Value& value, Draft& draft) {
    std::size_t tier = 0;
    if (!value.read_word(tier, kTiers)) return false;
    draft.request.service_tier = tier == 0 ? "auto" : "default";
    return true;
}

bool read_thinking(const Value& value, Draft& draft) {
    if (!value.read_object(draft.thinking_object)) return false;
    const std::optional<Value> type = value.find("type");
    if (!type) return value.missing("type");
    std::size_t word = 0;
    if (!type->read_word(word, kThinking)) return false;
    draft.thinking = static_cast<Draft::Thinking>(word + 1);
    if (draft.thinking != Draft::Thinking::enabled) return true;
    const std::optional<Value> budget = value.find("budget_tokens");
    return budget ? budget->read(draft.request.reasoning.budget_tokens, 1) : value.missing("budget_tokens");
}

/// `{"type": "json_schema", "schema": {...}}`
bool read_format(const Value& value, Draft& draft) {
    ResponseFormat& out = draft.request.response_format;
    if (!value.is_object()) return value.wrong_type("an object");
    constexpr std::array<std::string_view, 1> kTypes{"json_schema"};
    const std::optional<Value> type = value.find("type");
    if (!type) return value.missing("type");
    std::size_t word = 0;
    if (!type->read_word(word, kTypes)) return false;
    const std::optional<Value> schema = value.find("schema");
    if (!schema) return value.missing("schema");
    out.kind = ResponseFormat::Kind::json_schema;
    out.name = "output";  // which this dialect has none of, and others demand
    return schema->read_object(out.schema);
}

bool read_output_config(const Value& value, Draft& draft) {
    if (!value.is_object()) return value.wrong_type("an object");
    if (const std::optional<Value> effort = value.find("effort")) {
        constexpr std::string_view kExpected = "one of low, medium, high, xhigh, max";
        if (!effort->is_string()) return effort->wrong_type(kExpected);
        draft.request.reasoning.effort = reasoning_effort_from(effort->text());
        if (!draft.request.reasoning.effort) return effort->wrong_value(kExpected);
    }
    const std::optional<Value> format = value.find("format");
    return !format || read_format(*format, draft);
}

struct Parameter {
    std::string_view name;
    bool (*read)(const Value& value, Draft& draft);
};

// Those that nearly every request has come first.
constexpr std::array kParameters{
    Parameter{"model", [](const Value& v, Draft& d) { return ingress::read_model_name(v, d.request.model); }},
    Parameter{"messages", [](const Value& v, Draft& d) { return read_messages(v, d.request); }},
    Parameter{"max_tokens", [](const Value& v, Draft& d) { return v.read(d.request.max_tokens, 0); }},
    Parameter{"system", read_system},
    Parameter{"stream", [](const Value& v, Draft& d) { return v.read(d.request.stream); }},
    Parameter{"tools", [](const Value& v, Draft& d) { return read_tools(v, d.request); }},
    Parameter{"tool_choice", [](const Value& v, Draft& d) { return read_tool_choice(v, d.request); }},
    Parameter{"metadata", read_metadata},
    Parameter{"temperature", [](const Value& v, Draft& d) { return v.read(d.request.sampling.temperature, 0, 1); }},
    Parameter{"top_p", [](const Value& v, Draft& d) { return v.read(d.request.sampling.top_p, 0, 1); }},
    Parameter{"top_k", [](const Value& v, Draft& d) { return v.read(d.request.sampling.top_k, 0); }},
    Parameter{"stop_sequences", read_stops},
    Parameter{"thinking", read_thinking},
    Parameter{"output_config", read_output_config},
    Parameter{"output_format", read_format},  // of the beta, before output_config
    Parameter{"service_tier", read_tier},
};

}  // namespace

bool read_parameter(std::string_view name, const Value& value, Draft& draft) {
    const auto* known = std::ranges::find(kParameters, name, &Parameter::name);
    if (known != kParameters.end()) return known->read(value, draft);
    return ingress::keep_extension(name, value, kExtensions, draft.request.extensions);
}

// An effort says all that other dialects have a word for. A budget, and the wish to think as much as the model sees
// fit, stay the object as well, which every provider knows.
void settle_reasoning(Draft& draft) {
    Reasoning& reasoning = draft.request.reasoning;
    switch (draft.thinking) {
        case Draft::Thinking::unset:
            return;
        case Draft::Thinking::enabled:
            reasoning.native = std::move(draft.thinking_object);
            return;
        case Draft::Thinking::disabled:
            reasoning.effort = ReasoningEffort::none;
            return;
        case Draft::Thinking::adaptive:
            if (!reasoning.effort) reasoning.native = std::move(draft.thinking_object);
            return;
    }
}

}  // namespace breakwater::anthropic_messages
