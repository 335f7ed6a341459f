#include "errors.hpp"

#include <array>

#include "../shared/error_body.hpp"
#include "../shared/retry_after.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater::cohere {

namespace {

constexpr std::size_t kWordBytesMax = 100;

/// The API says when the limit ends, in seconds of the epoch; the answer's own date says how long that is.
std::optional<std::chrono::milliseconds> until_reset(const Headers& headers) {
    const auto reset = parse_i64(trim(headers.get("x-ratelimit-reset")));
    const auto now = parse_http_date(headers.get("date"));
    if (!reset || !now) return std::nullopt;
    const std::int64_t since = std::chrono::duration_cast<std::chrono::seconds>(now->time_since_epoch()).count();
    // A date far away is no date; what waits for it would wait for ever.
    static constexpr std::int64_t kDay = 24 * 60 * 60;
    if (since < 0 || *reset < since || *reset - since > kDay) return std::nullopt;
    return std::chrono::seconds(*reset - since);
}

}  // namespace

ErrorContext error_context(const HttpResponseHead& head) {
    ErrorContext context = breakwater::ErrorContext::of(head);
    if (const auto trace = head.headers.find("x-debug-trace-id")) {
        context.request_id = sanitise_provider_text(*trace, kWordBytesMax);
    }
    if (!context.retry_after) context.retry_after = until_reset(head.headers);
    return context;
}

Error answer_error(std::string_view body, const ErrorContext& context) {
    return classified_answer(read_provider_error(context.status, context.content_type, body), context,
                             ErrorScope::cohere);
}

Error in_band_error(JsonReader::Element object, std::string_view finish, const ErrorContext& context) {
    ProviderError error = read_provider_error(context.status, object);
    if (finish.empty()) return classified_answer(std::move(error), context, ErrorScope::cohere);
    if (error.facts.type.empty()) error.facts.type = sanitise_provider_text(finish, kWordBytesMax);
    // Without an error the sentence would be read from what the model had written so far.
    if (!says_error(object)) error.facts.message = "The model ended its answer with an error.";
    return classified_answer(std::move(error), context, ErrorScope::cohere, std::array{finish});
}

}  // namespace breakwater::cohere
