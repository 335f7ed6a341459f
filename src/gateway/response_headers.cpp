#include "response_headers.hpp"

#include "milliseconds.hpp"

namespace breakwater {

namespace {

void stage(std::string& timing, std::string_view name, Duration span) {
    if (!timing.empty()) timing += ", ";
    timing.append(name).append(";dur=");
    append_milliseconds(timing, span);
}

std::string server_timing(const ExchangeReport& report, const EarlyStages& stages) {
    std::string timing;
    timing.reserve(80);
    stage(timing, "receive", stages.receive);
    stage(timing, "parse", stages.parse);
    if (report.first_byte > Duration::zero()) stage(timing, "upstream", report.first_byte);
    return timing;
}

}  // namespace

void decorate_head(HttpResponseHead& head, std::string_view request_id, std::string_view route,
                   const ExchangeReport& report, const EarlyStages& stages) {
    Headers& headers = head.headers;
    headers.add("x-request-id", std::string(request_id));
    if (!route.empty()) headers.add("x-breakwater-route", std::string(route));
    // An error names the deployment that was asked last.
    const Deployment* deployment = report.served;
    if (deployment == nullptr && !report.attempts.empty()) deployment = report.attempts.back().deployment;
    if (deployment != nullptr) {
        headers.add("x-breakwater-model", deployment->model);
        headers.add("x-breakwater-provider", deployment->provider);
        headers.add("x-breakwater-deployment", deployment->name);
    }
    headers.add("x-breakwater-attempts", std::to_string(report.attempts_started));
    if (!report.adapted.empty()) headers.add("x-breakwater-adapted", report.adapted.header_value());
    headers.add("Server-Timing", server_timing(report, stages));
}

}  // namespace breakwater
