#include "tools.hpp"

#include <algorithm>

#include "../shared/deferred_tools.hpp"
#include "../shared/json_schema.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::openai_responses {
namespace {

constexpr std::size_t kNameBytesMax = 64;
constexpr std::string_view kWebSearch = "web_search";

bool searches_by_option(const ChatRequest& request) {
    const auto searches = [](const Tool& tool) {
        return tool.kind == Tool::Kind::hosted && tool.name.starts_with(kWebSearch);
    };
    return !request.web_search_options.empty() && std::ranges::none_of(request.tools, searches);
}

// Without `strict` this API holds a function to its schema, and rewrites a schema that does not allow it; the chat API
// does neither. `own`: the client speaks this API, and means what it leaves out.
void write_function(JsonWriter& json, const Tool& tool, const ToolNames& names, bool own) {
    json.begin_object().field("type", "function").field("name", names.wire(tool.name));
    if (!tool.description.empty()) json.field("description", tool.description);
    json.raw_field("parameters",
                   tool.parameters.empty() ? json_schema::kNoParameters : std::string_view(tool.parameters));
    if (tool.strict || !own) json.field("strict", tool.strict.value_or(false));
    json.end_object();
}

/// The chat API nests what describes a grammar; here it stands beside the type.
void write_format(JsonWriter& json, std::string_view format) {
    JsonReader reader;
    const Result<JsonReader::Element> parsed = reader.parse(format);
    const auto grammar = parsed ? get_object(*parsed, "grammar") : std::nullopt;
    if (!grammar) {
        json.raw_field("format", format);
        return;
    }
    json.key("format").begin_object().field("type", "grammar");
    for (const std::string_view name : {"syntax", "definition"}) {
        if (const auto text = get_string(*grammar, name)) json.field(name, *text);
    }
    json.end_object();
}

void write_custom(JsonWriter& json, const Tool& tool, const ToolNames& names) {
    json.begin_object().field("type", "custom").field("name", names.wire(tool.name));
    if (!tool.description.empty()) json.field("description", tool.description);
    if (!tool.definition.empty()) write_format(json, tool.definition);
    json.end_object();
}

void write_tool(JsonWriter& json, const Tool& tool, const ToolNames& names, bool own) {
    switch (tool.kind) {
        case Tool::Kind::function:
            return write_function(json, tool, names, own);
        case Tool::Kind::custom:
            return write_custom(json, tool, names);
        case Tool::Kind::hosted:
            json.raw(tool.definition);
            return;
    }
}

void write_web_search(JsonWriter& json, std::string_view options) {
    json.begin_object().field("type", kWebSearch);
    JsonReader reader;
    if (const Result<JsonReader::Element> parsed = reader.parse(options)) {
        if (const auto size = get_string(*parsed, "search_context_size")) json.field("search_context_size", *size);
        if (auto location = get_object(*parsed, "user_location")) {
            if (const auto nested = get_object(*location, "approximate")) location = nested;
            json.key("user_location").begin_object().field("type", "approximate");
            for (const std::string_view name : {"city", "region", "country", "timezone"}) {
                if (const auto text = get_string(*location, name)) json.field(name, *text);
            }
            json.end_object();
        }
    }
    json.end_object();
}

/// A hosted tool of another dialect's vendor: a search is one everywhere.
void write_foreign(JsonWriter& json, const Tool& tool, std::string field, EncodeNotes& notes) {
    if (!tool.name.starts_with(kWebSearch) && tool.name != "googleSearch") {
        return notes.lose(std::move(field), "The Responses API does not know this kind of tool.");
    }
    write_web_search(json, tool.definition);
    notes.record(std::move(field), AdaptAction::mapped);
}

/// A tool where one is named: functions and custom tools by name, hosted ones by their type.
void write_reference(JsonWriter& json, const ChatRequest& request, std::string_view name, bool custom,
                     const ToolNames& names) {
    const auto found = std::ranges::find(request.tools, name, &Tool::name);
    const bool known = found != request.tools.end();
    if (known && found->kind == Tool::Kind::hosted) {
        json.begin_object().field("type", name).end_object();
        return;
    }
    const bool is_custom = custom || (known && found->kind == Tool::Kind::custom);
    json.begin_object().field("type", is_custom ? "custom" : "function").field("name", names.wire(name)).end_object();
}

void write_choice(JsonWriter& json, const ChatRequest& request, const ToolNames& names) {
    const ToolChoice& choice = request.tool_choice;
    using Mode = ToolChoice::Mode;
    if (!choice.allowed.empty()) {
        json.key("tool_choice").begin_object().field("type", "allowed_tools");
        json.field("mode", choice.mode == Mode::required ? "required" : "auto").key("tools").begin_array();
        for (const std::string& name : choice.allowed) write_reference(json, request, name, false, names);
        json.end_array().end_object();
        return;
    }
    switch (choice.mode) {
        case Mode::unset:
            return;
        case Mode::none:
            json.field("tool_choice", "none");
            return;
        case Mode::automatic:
            json.field("tool_choice", "auto");
            return;
        case Mode::required:
            json.field("tool_choice", "required");
            return;
        case Mode::named:
            json.key("tool_choice");
            write_reference(json, request, choice.name, choice.custom, names);
            return;
    }
}

}  // namespace

ToolNames tool_names(const ChatRequest& request) {
    return {request, {.length_max = kNameBytesMax}};
}

void write_tools(JsonWriter& json, const ChatRequest& request, const ToolNames& names, EncodeNotes& notes) {
    const bool searches = searches_by_option(request);
    if (request.tools.empty() && !searches) return;
    drop_deferred_loading(request.tools, notes);
    const bool own = request.dialect == ClientDialect::openai_responses;
    if (own && request.sent && !request.sent->tools.empty()) {
        json.raw_field("tools", request.sent->tools);
    } else {
        json.key("tools").begin_array();
        for (std::size_t i = 0; i < request.tools.size(); ++i) {
            const Tool& tool = request.tools[i];
            if (tool.kind == Tool::Kind::hosted && !own && request.dialect != ClientDialect::openai_chat) {
                write_foreign(json, tool, "tools[" + std::to_string(i) + "]", notes);
            } else {
                write_tool(json, tool, names, own);
            }
        }
        if (searches) {
            write_web_search(json, request.web_search_options);
            notes.record("web_search_options", AdaptAction::mapped);
        }
        json.end_array();
    }
    if (request.tools.empty()) return;
    write_choice(json, request, names);
    if (request.parallel_tool_calls) json.field("parallel_tool_calls", *request.parallel_tool_calls);
}

}  // namespace breakwater::openai_responses
