#include "errors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "../shared/error_body.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater::google {

namespace {

using Element = JsonReader::Element;
using std::chrono::milliseconds;

/// What `details` adds to status and message.
struct Details {
    bool reason_of_key = false;  ///< in an ErrorInfo
    bool daily_quota = false;
    std::optional<milliseconds> retry_after{};
};

// "34.4s"
std::optional<milliseconds> duration(std::string_view text) {
    constexpr double kSecondsMax = 30.0 * 24 * 3600;
    if (!text.ends_with('s')) return std::nullopt;
    text.remove_suffix(1);
    const std::optional<double> seconds = parse_double(text);
    if (!seconds || !std::isfinite(*seconds) || *seconds < 0) return std::nullopt;
    return milliseconds(static_cast<std::int64_t>(std::ceil(std::min(*seconds, kSecondsMax) * 1000)));
}

bool is_daily(Element failure) {
    const auto violations = get_array(failure, "violations");
    if (!violations) return false;
    for (const Element violation : *violations) {
        if (icontains(get_string(violation, "quotaId").value_or(""), "PerDay")) return true;
    }
    return false;
}

Details read_details(Element error) {
    Details out;
    const auto list = get_array(error, "details");
    if (!list) return out;
    for (const Element detail : *list) {
        const std::string_view type = get_string(detail, "@type").value_or("");
        if (type.ends_with("google.rpc.ErrorInfo"))
            out.reason_of_key = get_string(detail, "reason").value_or("").starts_with("API_KEY_");
        if (type.ends_with("google.rpc.QuotaFailure")) out.daily_quota = is_daily(detail);
        if (type.ends_with("google.rpc.RetryInfo"))
            out.retry_after = duration(get_string(detail, "retryDelay").value_or(""));
    }
    return out;
}

Error make_error(UpstreamFacts facts, const Details& found, const ErrorContext& context) {
    if (facts.request_id.empty()) facts.request_id = context.request_id;
    const auto wait = found.retry_after ? found.retry_after : context.retry_after;
    const std::array details{std::string_view(found.reason_of_key ? "reason of a key" : ""),
                             std::string_view(found.daily_quota ? "daily quota" : "")};
    return classify_upstream_error(ErrorScope::google, std::move(facts), wait, details);
}

}  // namespace

Error answer_error(std::string_view body, const ErrorContext& context) {
    const std::string_view text = trim(body);
    if (text.starts_with('{') || text.starts_with('[')) {
        JsonReader reader;
        if (const auto root = reader.parse_repaired(text)) return status_error(*root, context);
    }
    return make_error(read_error_body(context.status, context.content_type, body), {}, context);
}

Error status_error(Element object, const ErrorContext& context) {
    JsonReader::Array list;
    if (object.get(list)) {
        for (const Element first : list) return status_error(first, context);
    }
    const Element error = get_object(object, "error").value_or(object);
    const Details details = read_details(error);
    ProviderError said = read_provider_error(context.status, object);
    Error result = make_error(std::move(said.facts), details, context);
    if (result.upstream) result.upstream->status = context.status;  // what was really answered
    return result;
}

}  // namespace breakwater::google
