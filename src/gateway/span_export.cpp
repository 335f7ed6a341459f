#include "span_export.hpp"

#include <algorithm>

#include "breakwater/wire/json_writer.hpp"
#include "span_writer.hpp"

namespace breakwater {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPauseFirst{1'000};
constexpr milliseconds kPauseMost{16'000};
constexpr milliseconds kRetryAfterMost{60'000};

milliseconds scaled(milliseconds span, double by) {
    return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(span.count()) * by));
}

}  // namespace

std::string export_body(std::string_view spans, std::string_view service, std::string_view version) {
    std::string body;
    body.reserve(spans.size() + 512);
    JsonWriter json(body);
    json.begin_object().key("resourceSpans").begin_array().begin_object().key("resource").begin_object();
    SpanAttributes(json).text("service.name", service).text("service.version", version).finish();
    json.end_object().key("scopeSpans").begin_array().begin_object();
    json.key("scope").begin_object().field("name", "breakwater").field("version", version).end_object();
    json.key("spans").begin_array().raw(spans).end_array();
    json.end_object().end_array().end_object().end_array().end_object();
    return body;
}

HttpRequest export_request(const SpanTarget& target, std::string_view body) {
    HttpRequest request{.method = "POST", .target = "/v1/traces"};
    request.headers.add("content-type", "application/json");
    request.headers.add("accept", "application/json");
    request.headers.add("user-agent", "breakwater");
    for (const auto& [name, value] : target.settings.headers) request.headers.set(name, value);
    request.body = body;
    return request;
}

bool may_export_again(int status) noexcept {
    return status == 429 || status == 502 || status == 503 || status == 504;
}

ExportOutcome judge_export(const ExportTry& tried, JsonReader& reader) {
    // What a status says holds, even when the rest of the answer does not come.
    if (tried.status == 0)
        return {.fault = tried.fault ? tried.fault->message : std::string(), .again = !tried.sent, .outage = true};
    if (tried.status < 200 || tried.status > 299)
        return {.fault = "It answered with status " + std::to_string(tried.status) + ".",
                .again = may_export_again(tried.status),
                .outage = may_export_again(tried.status),
                .retry_after = tried.retry_after};
    return {.refused = tried.fault ? 0 : refused_spans(tried.answer, reader)};
}

milliseconds export_pause(int tries, std::optional<milliseconds> retry_after, double chance) {
    if (retry_after) return scaled(std::clamp(*retry_after, kPauseFirst, kRetryAfterMost), 1 + chance / 4);
    const int doublings = std::clamp(tries - 1, 0, 10);
    return scaled(std::min(kPauseFirst * (1 << doublings), kPauseMost), 1 - chance / 2);
}

std::size_t refused_spans(std::string_view body, JsonReader& reader) {
    const auto root = reader.parse(body);
    if (!root) return 0;
    const auto partial = get_object(*root, "partialSuccess");
    if (!partial) return 0;
    // 64-bit numbers are texts in this JSON, but a number is to be taken as well.
    std::optional<std::int64_t> refused = get_int(*partial, "rejectedSpans");
    if (const auto text = get_string(*partial, "rejectedSpans")) refused = parse_i64(*text);
    return static_cast<std::size_t>(std::max<std::int64_t>(refused.value_or(0), 0));
}

}  // namespace breakwater
