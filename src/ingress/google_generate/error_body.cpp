#include "error_body.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string>

#include "../shared/json_fields.hpp"
#include "../shared/retry_headers.hpp"

namespace breakwater::google_generate {
namespace {

using std::chrono::milliseconds;

/// The API's word for an HTTP status (https://cloud.google.com/apis/design/errors#handling_errors).
struct StatusWord {
    int status;
    std::string_view word;
};
constexpr std::array kStatusWords{
    StatusWord{400, "INVALID_ARGUMENT"},   StatusWord{401, "UNAUTHENTICATED"},  StatusWord{403, "PERMISSION_DENIED"},
    StatusWord{404, "NOT_FOUND"},          StatusWord{405, "UNIMPLEMENTED"},    StatusWord{408, "DEADLINE_EXCEEDED"},
    StatusWord{413, "INVALID_ARGUMENT"},   StatusWord{415, "INVALID_ARGUMENT"}, StatusWord{422, "FAILED_PRECONDITION"},
    StatusWord{429, "RESOURCE_EXHAUSTED"}, StatusWord{499, "CANCELLED"},        StatusWord{503, "UNAVAILABLE"},
    StatusWord{504, "DEADLINE_EXCEEDED"},
};

/// Whatever the table does not have is a failure behind the gateway, or of it; one that may pass is called by the word
/// that clients take for such.
std::string_view status_word(const Error& error) {
    const auto found = std::ranges::find(kStatusWords, error.status(), &StatusWord::status);
    if (found != kStatusWords.end()) return found->word;
    return ingress::should_retry(error) ? "UNAVAILABLE" : "INTERNAL";
}

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

void write_error_info(JsonWriter& json, const Error& error) {
    json.begin_object().field("@type", "type.googleapis.com/google.rpc.ErrorInfo");
    json.field("reason", upper(error.code_or_default())).field("domain", "breakwater");
    json.key("metadata").begin_object().field("type", error_traits(error.kind).type);
    json.field("retryable", ingress::should_retry(error) ? "true" : "false");
    if (error.upstream) {
        const UpstreamFacts& facts = *error.upstream;
        if (facts.status != 0) json.field("provider_status", std::to_string(facts.status));
        ingress::write_known(json, "provider_type", facts.type);
        ingress::write_known(json, "provider_code", facts.code);
        ingress::write_known(json, "provider_message", facts.message);
        ingress::write_known(json, "provider_request_id", facts.request_id);
    }
    json.end_object().end_object();
}

void write_violation(JsonWriter& json, const Error& error) {
    if (error.param.empty()) return;
    json.begin_object().field("@type", "type.googleapis.com/google.rpc.BadRequest");
    json.key("fieldViolations").begin_array().begin_object();
    json.field("field", error.param).field("description", error.message);
    json.end_object().end_array().end_object();
}

/// "34.4s", a duration as JSON of protocol buffers has it.
void write_retry_info(JsonWriter& json, const Error& error) {
    if (!error.retry_after) return;
    const auto wait = std::max(*error.retry_after, milliseconds::zero()).count();
    std::array<char, 40> text;
    std::snprintf(text.data(), text.size(), "%lld.%03llds", static_cast<long long>(wait / 1000),
                  static_cast<long long>(wait % 1000));
    json.begin_object().field("@type", "type.googleapis.com/google.rpc.RetryInfo");
    json.field("retryDelay", std::string_view(text.data())).end_object();
}

}  // namespace

void write_error_body(JsonWriter& json, const Error& error) {
    json.begin_object().key("error").begin_object().field("code", error.status());
    json.field("message", error.message.empty() ? to_string(error.kind) : std::string_view(error.message));
    json.field("status", status_word(error)).key("details").begin_array();
    write_error_info(json, error);
    write_violation(json, error);
    write_retry_info(json, error);
    json.end_array().end_object().end_object();
}

HttpResponse error_response(const Error& error, bool listed) {
    HttpResponse response;
    response.head.status = error.status();
    response.head.headers.add("content-type", "application/json; charset=UTF-8");
    ingress::set_retry_headers(response.head.headers, error);
    JsonWriter json(response.body);
    if (listed) json.begin_array();
    write_error_body(json, error);
    if (listed) json.end_array();
    return response;
}

}  // namespace breakwater::google_generate
