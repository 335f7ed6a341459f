#include "openai_error.hpp"

#include "json_fields.hpp"

#include "../shared/retry_headers.hpp"
#include "../shared/upstream_facts.hpp"

namespace breakwater::ingress {
void write_error_object(JsonWriter& json, const Error& error) {
    json.begin_object();
    json.field("message", error.message.empty() ? to_string(error.kind) : std::string_view(error.message));
    json.field("type", error_traits(error.kind).type);
    write_or_null(json, "param", error.param);
    write_or_null(json, "code", error.code_or_default());
    json.field("retryable", should_retry(error));
    if (error.upstream) write_upstream(json, *error.upstream);
    json.end_object();
}

void write_error_body(JsonWriter& json, const Error& error) {
    json.begin_object().key("error");
    write_error_object(json, error);
    json.end_object();
}

HttpResponse error_response(const Error& error) {
    HttpResponse response;
    response.head.status = error.status();
    response.head.headers.add("content-type", "application/json");
    ingress::set_retry_headers(response.head.headers, error);
    JsonWriter json(response.body);
    write_error_body(json, error);
    return response;
}

}  // namespace breakwater::ingress
