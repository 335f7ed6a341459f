#include "response_headers.hpp"

#include <array>

#include "milliseconds.hpp"

namespace breakwater {

namespace {

void add_server_timing(Headers& headers, const ExchangeReport& report, const EarlyStages& stages) {
    std::array<char, 56 + 4 * kMillisecondsMax> text;
    char* at = put_milliseconds(put_literal(text.data(), "receive;dur="), stages.receive);
    at = put_milliseconds(put_literal(at, ", parse;dur="), stages.parse);
    if (report.detours && report.detours->queued > Duration::zero()) {
        at = put_milliseconds(put_literal(at, ", queue;dur="), report.detours->queued);
    }
    if (report.first_byte > Duration::zero()) {
        at = put_milliseconds(put_literal(at, ", upstream;dur="), report.first_byte);
    }
    headers.add("Server-Timing", std::string_view(text.data(), at));
}

void add_attempts(Headers& headers, int count) {
    std::array<char, 20> text;
    char* const end = put_digits(text.data(), static_cast<std::uint64_t>(count));
    headers.add("x-breakwater-attempts", std::string_view(text.data(), end));
}

}  // namespace

void decorate_head(HttpResponseHead& head, std::string_view request_id, std::string_view route,
                   const ExchangeReport& report, const EarlyStages& stages, const RouteDecision* decision) {
    Headers& headers = head.headers;
    headers.add("x-request-id", request_id);
    if (!route.empty()) headers.add("x-breakwater-route", route);
    // An error names the deployment that was asked last.
    const Deployment* deployment = report.served;
    if (deployment == nullptr && !report.attempts.empty()) deployment = report.attempts.back().deployment;
    if (deployment != nullptr) {
        if (!deployment->model.empty()) headers.add("x-breakwater-model", deployment->model);
        headers.add("x-breakwater-provider", deployment->provider);
        headers.add("x-breakwater-deployment", deployment->name);
    }
    if (decision != nullptr) headers.add("x-breakwater-decision", decision_header(*decision));
    add_attempts(headers, report.attempts_started);
    if (!report.adapted.empty()) headers.add("x-breakwater-adapted", report.adapted.header_value());
    add_server_timing(headers, report, stages);
}

}  // namespace breakwater
