#include <cmath>
#include <nlohmann/json.hpp>

#include "breakwater/bench/report.hpp"

namespace breakwater::bench {

namespace {

using Json = nlohmann::ordered_json;

double rounded(double value) {
    return std::round(value * 1000) / 1000;
}

double microseconds(Duration time) {
    return std::round(static_cast<double>(time.count()) / 100) / 10;
}

Json summary(const Histogram& times) {
    return {{"p50", microseconds(times.percentile(0.5))},
            {"p90", microseconds(times.percentile(0.9))},
            {"p99", microseconds(times.percentile(0.99))},
            {"p999", microseconds(times.percentile(0.999))},
            {"max", microseconds(times.max())},
            {"mean", microseconds(times.mean())}};
}

Json summary_or_null(const Histogram& times) {
    return times.count() == 0 ? Json() : summary(times);
}

template <class T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json();
}

}  // namespace

std::string to_json(const Results& results) {
    const Json json{
        {"version", 1},
        {"url", results.url},
        {"model", results.model},
        {"mode", results.rate ? "open" : "closed"},
        {"stream", results.stream},
        {"connections", results.connections},
        {"rate", or_null(results.rate)},
        {"duration_s", rounded(std::chrono::duration<double>(results.window).count())},
        {"requests", {{"ok", results.ok}, {"failed", results.failures.total()}}},
        {"rps", rounded(per_second(results.ok_in_window, results))},
        {"latency_us", summary(results.latency)},
        {"first_token_us", summary_or_null(results.first_token)},
        {"gap_us", summary_or_null(results.spacing.gap)},
        {"delay_us", summary_or_null(results.spacing.delay)},
        {"events", results.events},
        {"events_per_s", rounded(per_second(results.events, results))},
        {"errors", Json(results.failures.by_name())},
        {"bytes", {{"out", results.bytes_out}, {"in", results.bytes_in}}},
        {"held", or_null(results.held)},
    };
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace breakwater::bench
