#include "error_body.hpp"

#include <string>

#include "../shared/retry_headers.hpp"

namespace breakwater::openai_chat {
namespace {

using ingress::should_retry;

void write_or_null(JsonWriter& json, std::string_view name, std::string_view value) {
    json.key(name);
    if (value.empty()) {
        json.null();
    } else {
        json.string(value);
    }
}

void write_known(JsonWriter& json, std::string_view name, std::string_view value) {
    if (!value.empty()) json.field(name, value);
}

void write_upstream(JsonWriter& json, const UpstreamFacts& facts) {
    json.key("provider").begin_object();
    if (facts.status != 0) json.field("status", facts.status);
    write_known(json, "type", facts.type);
    write_known(json, "code", facts.code);
    write_known(json, "message", facts.message);
    write_known(json, "request_id", facts.request_id);
    json.end_object();
}

}  // namespace

void write_error_body(JsonWriter& json, const Error& error) {
    json.begin_object().key("error").begin_object();
    json.field("message", error.message.empty() ? to_string(error.kind) : std::string_view(error.message));
    json.field("type", error_traits(error.kind).type);
    write_or_null(json, "param", error.param);
    write_or_null(json, "code", error.code_or_default());
    json.field("retryable", should_retry(error));
    if (error.upstream) write_upstream(json, *error.upstream);
    json.end_object().end_object();
}

HttpResponse error_response(const Error& error) {
    HttpResponse response;
    response.head.status = error.status();
    response.head.headers.set("content-type", "application/json");
    ingress::set_retry_headers(response.head.headers, error);
    JsonWriter json(response.body);
    write_error_body(json, error);
    return response;
}

}  // namespace breakwater::openai_chat
