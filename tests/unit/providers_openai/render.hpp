#pragma once

#include "decode.hpp"

namespace breakwater::test {

using Json = nlohmann::json;

inline void put(Json& object, const char* key, const std::string& value) {
    if (!value.empty()) object[key] = value;
}
inline void put_json(Json& object, const char* key, const std::string& value) {
    if (!value.empty()) object[key] = Json::parse(value);
}
inline void put(Json& object, const char* key, const std::optional<std::int64_t>& value) {
    if (value) object[key] = *value;
}

/// An id that the gateway made up is shown as `call_*`.
inline std::string shown_id(const std::string& id, const Answer& answer) {
    return answer.body.find('"' + id + '"') == std::string::npos ? "call_*" : id;
}

inline Json render(const ToolCallPart& call, const Answer& answer) {
    Json object{{"id", shown_id(call.id, answer)}, {"name", call.name}, {"arguments", call.arguments}};
    if (call.custom) object["custom"] = true;
    put_json(object, "extension", call.extension);
    return object;
}

inline Json render(const ReasoningPart& block) {
    Json object = Json::object();
    put(object, "text", block.text);
    put(object, "signature", block.signature);
    put(object, "redacted", block.redacted);
    return object;
}

inline Json render(const ResponseChoice& choice, const Answer& answer) {
    Json object = Json::object();
    put(object, "text", choice.text);
    put(object, "refusal", choice.refusal);
    put(object, "reasoning", choice.reasoning);
    put_json(object, "logprobs", choice.logprobs);
    put_json(object, "audio", choice.audio);
    for (const ReasoningPart& block : choice.reasoning_blocks) object["reasoning_blocks"].push_back(render(block));
    for (const ToolCallPart& call : choice.tool_calls) object["tool_calls"].push_back(render(call, answer));
    for (const JsonText& item : choice.annotations) object["annotations"].push_back(Json::parse(item));
    if (choice.finish) object["finish"] = to_string(*choice.finish);
    return object;
}

inline Json render(const Usage& usage) {
    Json object = Json::object();
    put(object, "input", usage.input_uncached);
    put(object, "cache_read", usage.cache_read);
    put(object, "cache_write", usage.cache_write);
    put(object, "output", usage.output);
    put(object, "reasoning", usage.reasoning);
    put(object, "input_audio", usage.input_audio);
    put(object, "output_audio", usage.output_audio);
    put(object, "accepted_prediction", usage.accepted_prediction);
    put(object, "rejected_prediction", usage.rejected_prediction);
    return object;
}

/// A whole answer as JSON, empty members left out.
inline Json render(const ChatResponse& response, const Answer& answer) {
    Json object = Json::object();
    put(object, "id", response.id);
    put(object, "model", response.model);
    if (response.created != 0) object["created"] = response.created;
    put(object, "service_tier", response.service_tier);
    put(object, "system_fingerprint", response.system_fingerprint);
    for (const ResponseChoice& choice : response.choices) object["choices"].push_back(render(choice, answer));
    if (response.usage) object["usage"] = render(*response.usage);
    return object;
}

inline Json render(const Error& error) {
    Json object{{"kind", to_string(error.kind)}, {"message", error.message}};
    put(object, "param", error.param);
    put(object, "code", error.code);
    if (error.retry_after) object["retry_after_ms"] = error.retry_after->count();
    if (error.upstream) {
        object["upstream"] = {{"status", error.upstream->status}};
        put(object["upstream"], "type", error.upstream->type);
        put(object["upstream"], "code", error.upstream->code);
        put(object["upstream"], "request_id", error.upstream->request_id);
    }
    return object;
}

inline Json render(const Decoded& decoded, const Answer& answer) {
    if (decoded.error) return Json{{"error", render(*decoded.error)}};
    return render(decoded.response, answer);
}

}  // namespace breakwater::test
