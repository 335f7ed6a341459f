#include "json_encoder.hpp"

#include <algorithm>
#include <cstdint>

#include "../shared/answer_bytes.hpp"
#include "../shared/openai_error.hpp"
#include "answer_parts.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::openai_chat {
namespace {

void write_raw_or_null(JsonWriter& json, std::string_view name, const JsonText& text) {
    json.key(name);
    if (text.empty()) {
        json.null();
    } else {
        json.raw(text);
    }
}

/// Null where something else took the place of text, and the empty string where the model said nothing.
void write_content(JsonWriter& json, const ResponseChoice& choice) {
    const bool replaced = !choice.tool_calls.empty() || !choice.refusal.empty() || !choice.audio.empty();
    json.key("content");
    if (choice.text.empty() && replaced) {
        json.null();
    } else {
        json.string(choice.text);
    }
}

void write_reasoning(JsonWriter& json, const ResponseChoice& choice) {
    if (!choice.reasoning.empty()) json.field("reasoning_content", choice.reasoning);
    const auto sealed = [](const ReasoningPart& part) { return !part.signature.empty() || !part.redacted.empty(); };
    if (std::ranges::none_of(choice.reasoning_blocks, sealed)) return;
    json.key("thinking_blocks").begin_array();
    for (const ReasoningPart& part : choice.reasoning_blocks) {
        if (!sealed(part)) continue;
        json.begin_object();
        write_reasoning_block(json, part.text, part.signature, part.redacted);
        json.end_object();
    }
    json.end_array();
}

void write_tool_call(JsonWriter& json, const ToolCallPart& call) {
    const std::string_view kind = call.custom ? "custom" : "function";
    json.begin_object().field("id", call.id).field("type", kind).key(kind).begin_object();
    json.field("name", call.name).field(call.custom ? "input" : "arguments", call.arguments).end_object();
    if (!call.extension.empty()) json.raw_field("extra_content", call.extension);
    json.end_object();
}

void write_calls(JsonWriter& json, const ResponseChoice& choice, bool legacy_functions) {
    if (choice.tool_calls.empty()) return;
    if (legacy_functions) {
        // The legacy shape has room for one call, and the request asked for no more.
        const ToolCallPart& call = choice.tool_calls.front();
        json.key("function_call").begin_object();
        json.field("name", call.name).field("arguments", call.arguments).end_object();
        return;
    }
    json.key("tool_calls").begin_array();
    for (const ToolCallPart& call : choice.tool_calls) write_tool_call(json, call);
    json.end_array();
}

void write_message(JsonWriter& json, const ResponseChoice& choice, bool legacy_functions) {
    json.key("message").begin_object().field("role", "assistant");
    write_content(json, choice);
    json.key("refusal");
    if (choice.refusal.empty()) {
        json.null();
    } else {
        json.string(choice.refusal);
    }
    write_reasoning(json, choice);
    write_calls(json, choice, legacy_functions);
    if (!choice.annotations.empty()) {
        json.key("annotations").begin_array();
        for (const JsonText& annotation : choice.annotations) json.raw(annotation);
        json.end_array();
    }
    if (!choice.audio.empty()) json.raw_field("audio", choice.audio);
    json.end_object();
}

void write_choice(JsonWriter& json, std::int64_t index, const ResponseChoice& choice, bool legacy_functions) {
    json.begin_object().field("index", index);
    write_message(json, choice, legacy_functions);
    write_raw_or_null(json, "logprobs", choice.logprobs);
    json.field("finish_reason", finish_word(*choice.finish, legacy_functions));
    if (is_worth_telling(choice.native_finish, *choice.finish))
        json.field("native_finish_reason", choice.native_finish);
    json.end_object();
}

}  // namespace

void JsonEncoder::on_event(const StreamEvent& event) {
    if (written_) return;
    fold_.on_event(event);
    written_ = fold_.ended() || fold_.fault().has_value();
    if (fold_.ended()) {
        write();
    } else if (fold_.fault()) {
        JsonWriter json(out_);
        ingress::write_error_body(json, *fold_.fault());
    }
}

void JsonEncoder::head(HttpResponseHead& head) const {
    head.status = 200;
    head.headers.add("content-type", "application/json");
}

void JsonEncoder::write() {
    const ChatResponse& response = fold_.response();
    out_.reserve(out_.size() + ingress::usual_bytes(response));
    JsonWriter json(out_);
    json.begin_object().field("id", context_.response_id).field("object", "chat.completion");
    json.field("created", context_.created);
    json.field("model", response.model.empty() ? context_.model : response.model);
    json.key("choices").begin_array();
    std::int64_t index = 0;
    for (const ResponseChoice& choice : response.choices) {
        // A gap in the numbers that the provider gave is no choice: the guard finishes all that had anything in them.
        if (choice.finish) write_choice(json, index, choice, context_.legacy_functions);
        ++index;
    }
    json.end_array().key("usage");
    write_usage(json, response.usage.value_or(Usage{}));
    if (!response.service_tier.empty()) json.field("service_tier", response.service_tier);
    if (!response.system_fingerprint.empty()) json.field("system_fingerprint", response.system_fingerprint);
    json.end_object();
}

}  // namespace breakwater::openai_chat
