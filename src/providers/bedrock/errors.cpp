#include "errors.hpp"

#include <utility>

#include "../shared/error_body.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::bedrock {

namespace {

/// "ValidationException:http://..." and "com.amazon.coral.service#ValidationException" without what is around the name.
std::string exception_name(std::string_view text) {
    text = text.substr(0, text.find(':'));
    text = text.substr(text.rfind('#') + 1);
    return sanitise_provider_text(trim(text), 100);
}

struct Failure {
    UpstreamFacts facts{};
    std::optional<std::int64_t> original_status{};  // the model's own, behind the service
};

Error make_error(Failure failure, const ErrorContext& context) {
    failure.facts.request_id = context.request_id;
    Error error = classify_upstream_error(ErrorScope::bedrock, std::move(failure.facts), context.retry_after, {});
    const std::int64_t original = failure.original_status.value_or(0);
    if (original >= 400 && original < 500 && original != 429) error.should_retry = false;
    return error;
}

void read_object(JsonReader::Element root, Failure& failure) {
    UpstreamFacts& facts = failure.facts;
    if (facts.type.empty()) facts.type = exception_name(get_string(root, "__type").value_or(""));
    for (const std::string_view key : {"message", "Message", "originalMessage"}) {
        if (facts.message.empty()) facts.message = sanitise_provider_text(get_string(root, key).value_or(""));
    }
    failure.original_status = get_int(root, "originalStatusCode");
}

}  // namespace

ErrorContext error_context(const HttpResponseHead& head) {
    ErrorContext context{breakwater::ErrorContext::of(head), exception_name(head.headers.get("x-amzn-errortype"))};
    context.request_id = sanitise_provider_text(head.headers.get("x-amzn-requestid"), 100);
    return context;
}

Error answer_error(std::string_view body, const ErrorContext& context) {
    Failure failure;
    failure.facts.type = context.exception;
    JsonReader reader;
    if (const auto root = reader.parse_repaired(trim(body)); root && root->is_object()) {
        read_object(get_object(*root, "Output").value_or(*root), failure);
    }
    if (failure.facts.message.empty()) {
        const std::string type = std::move(failure.facts.type);
        failure.facts = read_error_body(context.status, context.content_type, body);
        if (!type.empty()) failure.facts.type = type;
    }
    failure.facts.status = context.status;
    return make_error(std::move(failure), context);
}

Error frame_error(const EventFrame& frame, const ErrorContext& context) {
    Failure failure;
    const std::string_view name = frame.exception_type.empty() ? frame.error_code : frame.exception_type;
    failure.facts.type = exception_name(name);
    failure.facts.message = sanitise_provider_text(frame.error_message);
    JsonReader reader;
    if (const auto root = reader.parse_repaired(frame.payload); root && root->is_object()) read_object(*root, failure);
    failure.facts.status = status_in_band(ErrorScope::bedrock, failure.facts.type);
    Error error = make_error(std::move(failure), context);
    if (error.upstream) error.upstream->status = context.status;  // what was really answered
    return error;
}

Error malformed_error(std::string_view stop_reason, const ErrorContext& context) {
    Failure failure;
    failure.facts.type = sanitise_provider_text(stop_reason, 100);
    failure.facts.message = "The model wrote an answer that the service could not read.";
    failure.facts.status = 500;
    Error error = make_error(std::move(failure), context);
    if (error.upstream) error.upstream->status = context.status;
    return error;
}

}  // namespace breakwater::bedrock
