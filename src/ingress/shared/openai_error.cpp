#include "openai_error.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace breakwater::ingress {
namespace {

using std::chrono::milliseconds;

// SDKs wait for at most a minute. With a longer time some give up and some fall back to a wait of seconds and hammer,
// so a longer one goes out only together with the word that a retry makes no sense.
constexpr milliseconds kRetryAfterMax{60'000};

bool should_retry(const Error& error) {
    if (error.retry_after && *error.retry_after > kRetryAfterMax) return false;
    return error.should_retry.value_or(error_traits(error.kind).client_should_retry);
}

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

void set_retry_headers(Headers& headers, const Error& error) {
    headers.set("x-should-retry", should_retry(error) ? "true" : "false");
    if (!error.retry_after) return;
    const milliseconds wait = std::max(*error.retry_after, milliseconds::zero());
    headers.set("retry-after", std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count()));
    headers.set("retry-after-ms", std::to_string(wait.count()));
}

}  // namespace

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
    response.head.headers.set("content-type", "application/json");
    set_retry_headers(response.head.headers, error);
    JsonWriter json(response.body);
    write_error_body(json, error);
    return response;
}

}  // namespace breakwater::ingress
