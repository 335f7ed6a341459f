#include <algorithm>

#include "../shared/deferred_tools.hpp"
#include "encoding.hpp"
#include "splice.hpp"

namespace breakwater::openai {
namespace {

/// The server cannot be told a tool's name: it gets no other tool, and has to call one.
bool names_by_list(const Encoding& encoding) noexcept {
    return encoding.request.tool_choice.mode == ToolChoice::Mode::named &&
           encoding.emulated(Feature::tool_choice_named);
}

/// A hosted tool of another dialect's vendor.
bool is_foreign(const Encoding& encoding, const Tool& tool) {
    return tool.kind == Tool::Kind::hosted && encoding.request.dialect != ClientDialect::openai_chat;
}

std::string why_foreign(const Encoding& encoding) {
    return encoding.request.dialect == ClientDialect::openai_responses
               ? "Tools of this type are run by providers of the Responses API only."
               : "The provider does not have this kind of tool.";
}

/// Vendors without `allowed_tools` are sent no other tools than the allowed ones.
bool is_sent(const Encoding& encoding, const Tool& tool) {
    if (is_foreign(encoding, tool)) return false;
    if (names_by_list(encoding)) return tool.name == encoding.request.tool_choice.name;
    const std::vector<std::string>& allowed = encoding.request.tool_choice.allowed;
    return allowed.empty() || encoding.official() || std::ranges::find(allowed, tool.name) != allowed.end();
}

void write_function(const Encoding& encoding, const Tool& tool) {
    JsonWriter& json = encoding.json;
    json.field("type", "function").key("function").begin_object().field("name", tool.name);
    if (!tool.description.empty()) json.field("description", tool.description);
    if (!tool.parameters.empty()) {
        json.raw_field("parameters", tool.parameters);
    } else if (!encoding.official()) {
        // Several compatible servers refuse a function without them.
        json.raw_field("parameters", R"({"type":"object","properties":{}})");
    }
    if (tool.strict && encoding.quirks.strict_tools) json.field("strict", *tool.strict);
    json.end_object();
}

void write_custom(const Encoding& encoding, const Tool& tool) {
    JsonWriter& json = encoding.json;
    json.field("type", "custom").key("custom").begin_object().field("name", tool.name);
    if (!tool.description.empty()) json.field("description", tool.description);
    if (!tool.definition.empty()) json.raw_field("format", tool.definition);
    json.end_object();
}

void write_tool(const Encoding& encoding, const Tool& tool) {
    JsonWriter& json = encoding.json;
    switch (tool.kind) {
        case Tool::Kind::hosted:
            json.raw(tool.definition);
            return;
        case Tool::Kind::function:
            json.begin_object();
            write_function(encoding, tool);
            break;
        case Tool::Kind::custom:
            json.begin_object();
            write_custom(encoding, tool);
            break;
    }
    write_cache_control(encoding, tool.cache_control);
    json.end_object();
}

void write_named(JsonWriter& json, std::string_view name, bool custom) {
    const std::string_view kind = custom ? "custom" : "function";
    json.begin_object().field("type", kind).key(kind).begin_object().field("name", name).end_object().end_object();
}

bool is_custom(const Encoding& encoding, std::string_view name) {
    return std::ranges::any_of(encoding.request.tools,
                               [&](const Tool& tool) { return tool.kind == Tool::Kind::custom && tool.name == name; });
}

std::string_view mode_word(ToolChoice::Mode mode) noexcept {
    switch (mode) {
        case ToolChoice::Mode::none:
            return "none";
        case ToolChoice::Mode::required:
            return "required";
        case ToolChoice::Mode::unset:
        case ToolChoice::Mode::automatic:
        case ToolChoice::Mode::named:
            return "auto";
    }
    return "auto";
}

void write_allowed(const Encoding& encoding, const ToolChoice& choice) {
    JsonWriter& json = encoding.json;
    json.key("tool_choice").begin_object().field("type", "allowed_tools").key("allowed_tools").begin_object();
    json.field("mode", mode_word(choice.mode)).key("tools").begin_array();
    for (const std::string& name : choice.allowed) write_named(json, name, is_custom(encoding, name));
    json.end_array().end_object().end_object();
}

void write_tool_choice(const Encoding& encoding) {
    const ToolChoice& choice = encoding.request.tool_choice;
    if (!choice.allowed.empty()) {
        if (encoding.official()) return write_allowed(encoding, choice);
        encoding.notes.record("tool_choice", AdaptAction::emulated);
    }
    if (choice.mode == ToolChoice::Mode::unset) return;
    encoding.json.key("tool_choice");
    const bool by_list = names_by_list(encoding);
    if (by_list) encoding.notes.record("tool_choice", AdaptAction::emulated);
    if (by_list || choice.mode == ToolChoice::Mode::required) {
        encoding.json.string(encoding.quirks.tool_choice_any);
    } else if (choice.mode == ToolChoice::Mode::named) {
        write_named(encoding.json, choice.name, choice.custom);
    } else {
        encoding.json.string(mode_word(choice.mode));
    }
}

/// False when none of the tools goes.
bool write_list(const Encoding& encoding) {
    const std::vector<Tool>& tools = encoding.request.tools;
    const auto goes = [&encoding](const Tool& tool) { return is_sent(encoding, tool); };
    if (std::ranges::all_of(tools, goes)) {
        if (const std::string_view sent = sent_tools(encoding); !sent.empty()) {
            encoding.json.raw_field("tools", sent);
            return true;
        }
    }
    for (std::size_t i = 0; i < tools.size(); ++i) {
        if (is_foreign(encoding, tools[i]))
            encoding.notes.lose("tools[" + std::to_string(i) + "]", why_foreign(encoding));
    }
    if (std::ranges::none_of(tools, goes)) return false;
    encoding.json.key("tools").begin_array();
    for (const Tool& tool : tools) {
        if (goes(tool)) write_tool(encoding, tool);
    }
    encoding.json.end_array();
    return true;
}

}  // namespace

void write_tools(const Encoding& encoding) {
    const ChatRequest& request = encoding.request;
    // Without tools the fields about them are refused by some servers, OpenAI's included.
    if (request.tools.empty()) return;
    drop_deferred_loading(request.tools, encoding.notes);
    if (!write_list(encoding)) return;
    write_tool_choice(encoding);
    if (request.parallel_tool_calls) encoding.json.field("parallel_tool_calls", *request.parallel_tool_calls);
}

}  // namespace breakwater::openai
