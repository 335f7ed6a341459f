#include "echo.hpp"

#include "../shared/json_fields.hpp"

#include <algorithm>
#include <optional>

#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::openai_responses_client {
namespace {

using ingress::write_or_null;

void write_raw_or(JsonWriter& json, std::string_view name, std::string_view value, std::string_view otherwise) {
    json.raw_field(name, value.empty() ? otherwise : value);
}

std::string_view own_member(const ChatRequest& request, std::string_view name) {
    const auto& members = request.own->members;
    const auto found = std::ranges::find_if(members, [&](const auto& member) { return member.first == name; });
    return found == members.end() ? std::string_view() : std::string_view(found->second);
}

void write_instructions(JsonWriter& json, const ChatRequest& request) {
    const TextPart* text = nullptr;
    if (request.own->instructions) text = std::get_if<TextPart>(&request.messages.front().parts.front());
    write_or_null(json, "instructions", text != nullptr ? text->text.view() : std::string_view());
}

/// The members of a grammar stand beside its type here.
void write_custom_format(JsonWriter& json, std::string_view format) {
    JsonReader reader;
    const Result<JsonReader::Element> parsed = reader.parse(format);
    const auto grammar = parsed ? get_object(*parsed, "grammar") : std::nullopt;
    if (!grammar) {
        json.raw_field("format", format);
        return;
    }
    json.key("format").begin_object().field("type", "grammar");
    json.field("syntax", get_string(*grammar, "syntax").value_or(""));
    json.field("definition", get_string(*grammar, "definition").value_or("")).end_object();
}

void write_tool(JsonWriter& json, const Tool& tool) {
    if (tool.kind == Tool::Kind::hosted) {
        json.raw(tool.definition);
        return;
    }
    const bool custom = tool.kind == Tool::Kind::custom;
    json.begin_object().field("type", custom ? "custom" : "function").field("name", tool.name);
    write_or_null(json, "description", tool.description);
    if (custom) {
        if (!tool.definition.empty()) write_custom_format(json, tool.definition);
    } else {
        write_raw_or(json, "parameters", tool.parameters, "null");
        json.key("strict");
        if (tool.strict) {
            json.boolean(*tool.strict);
        } else {
            json.null();
        }
    }
    json.end_object();
}

/// A tool where one is named: a hosted one by its type.
void write_reference(JsonWriter& json, const ChatRequest& request, std::string_view name) {
    const auto tool = std::ranges::find(request.tools, name, &Tool::name);
    const Tool::Kind kind = tool == request.tools.end() ? Tool::Kind::function : tool->kind;
    json.begin_object();
    if (kind == Tool::Kind::hosted) {
        json.field("type", name);
    } else {
        json.field("type", kind == Tool::Kind::custom ? "custom" : "function").field("name", name);
    }
    json.end_object();
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

void write_choice(JsonWriter& json, const ChatRequest& request) {
    const ToolChoice& choice = request.tool_choice;
    json.key("tool_choice");
    if (!choice.allowed.empty()) {
        json.begin_object().field("type", "allowed_tools").field("mode", mode_word(choice.mode)).key("tools");
        json.begin_array();
        for (const std::string& name : choice.allowed) write_reference(json, request, name);
        json.end_array().end_object();
    } else if (choice.mode == ToolChoice::Mode::named) {
        write_reference(json, request, choice.name);
    } else {
        json.string(mode_word(choice.mode));
    }
}

void write_text_settings(JsonWriter& json, const ChatRequest& request) {
    const ResponseFormat& format = request.response_format;
    json.key("text").begin_object().key("format").begin_object();
    if (format.kind == ResponseFormat::Kind::json_schema) {
        json.field("type", "json_schema").field("name", format.name);
        write_or_null(json, "description", format.description);
        write_raw_or(json, "schema", format.schema, "{}");
        json.field("strict", format.strict.value_or(false));
    } else {
        json.field("type", format.kind == ResponseFormat::Kind::json_object ? "json_object" : "text");
    }
    json.end_object();
    if (!request.verbosity.empty()) json.field("verbosity", request.verbosity);
    json.end_object();
}

void write_reasoning(JsonWriter& json, const Reasoning& reasoning) {
    json.key("reasoning").begin_object();
    write_or_null(json, "effort", reasoning.effort ? to_string(*reasoning.effort) : std::string_view());
    write_or_null(json, "summary", reasoning.summary);
    json.end_object();
}

}  // namespace

std::string echo_of(const ChatRequest& request, bool stored) {
    std::string echo;
    JsonWriter json(echo);
    json.field("background", false);
    write_instructions(json, request);
    write_or_null(json, "max_output_tokens", request.max_tokens);
    write_raw_or(json, "max_tool_calls", own_member(request, "max_tool_calls"), "null");
    write_raw_or(json, "metadata", request.metadata, "{}");
    json.field("parallel_tool_calls", request.parallel_tool_calls.value_or(true));
    write_or_null(json, "previous_response_id", request.own->previous_response_id);
    write_or_null(json, "prompt_cache_key", request.prompt_cache_key);
    write_reasoning(json, request.reasoning);
    write_or_null(json, "safety_identifier", request.safety_identifier);
    json.field("store", stored);
    write_or_null(json, "temperature", request.sampling.temperature);
    write_text_settings(json, request);
    write_choice(json, request);
    json.key("tools").begin_array();
    for (const Tool& tool : request.tools) write_tool(json, tool);
    json.end_array();
    write_or_null(json, "top_logprobs", request.top_logprobs);
    write_or_null(json, "top_p", request.sampling.top_p);
    write_raw_or(json, "truncation", own_member(request, "truncation"), "\"disabled\"");
    write_or_null(json, "user", request.user);
    return echo;
}

}  // namespace breakwater::openai_responses_client
