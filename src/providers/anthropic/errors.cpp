#include "errors.hpp"

#include <array>
#include <utility>

#include "../shared/error_body.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater::anthropic {

namespace {

bool is_of_name(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/// The word, or an id that begins with `file_`, before anything is said of a model; not a part of another name.
bool names_file(std::string_view message) {
    constexpr std::string_view kFile = "file";
    const std::string text = to_lower(message);
    const std::size_t end = text.find("model");
    for (std::size_t at = text.find(kFile); at < end; at = text.find(kFile, at + 1)) {
        const std::size_t behind = at + kFile.size();
        const bool begins = at == 0 || !is_of_name(text[at - 1]);
        if (begins && (behind == text.size() || text[behind] == '_' || !is_of_name(text[behind]))) return true;
    }
    return false;
}

Error make_error(UpstreamFacts facts, const ErrorContext& context) {
    if (facts.request_id.empty()) facts.request_id = context.request_id;
    const std::array details{std::string_view(names_file(facts.message) ? "file" : "")};
    Error error = classify_upstream_error(ErrorScope::anthropic, std::move(facts), context.retry_after, details);
    // What a row lets be tried again is worth that, whatever the header says.
    if (context.should_retry && error.should_retry != true) error.should_retry = context.should_retry;
    return error;
}

}  // namespace

ErrorContext error_context(const HttpResponseHead& head) {
    ErrorContext context{breakwater::ErrorContext::of(head), {}};
    const std::string_view should_retry = trim(head.headers.get("x-should-retry"));
    if (iequals(should_retry, "true")) context.should_retry = true;
    if (iequals(should_retry, "false")) context.should_retry = false;
    return context;
}

Error answer_error(std::string_view body, const ErrorContext& context) {
    return make_error(read_error_body(context.status, context.content_type, body), context);
}

Error in_band_error(JsonReader::Element event, const ErrorContext& context) {
    const JsonReader::Element object = get_object(event, "error").value_or(event);
    UpstreamFacts facts;
    facts.type = sanitise_provider_text(get_string(object, "type").value_or(""), 100);
    facts.message = sanitise_provider_text(get_string(object, "message").value_or(""));
    facts.request_id = sanitise_provider_text(get_string(event, "request_id").value_or(""), 100);
    facts.status = status_in_band(ErrorScope::anthropic, facts.type);
    Error error = make_error(std::move(facts), context);
    if (error.upstream) error.upstream->status = context.status;  // what was really answered
    return error;
}

}  // namespace breakwater::anthropic
