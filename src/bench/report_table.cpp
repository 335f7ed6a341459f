#include <fmt/format.h>

#include "breakwater/bench/report.hpp"

namespace breakwater::bench {

namespace {

void add_times(std::string& out, std::string_view name, const Histogram& times) {
    if (times.count() == 0) return;
    out += fmt::format("  {:<12}", name);
    for (const double fraction : {0.5, 0.9, 0.99, 0.999})
        out += fmt::format("{:>10}", short_time(times.percentile(fraction)));
    out += fmt::format("{:>10}{:>10}\n", short_time(times.max()), short_time(times.mean()));
}

std::string short_bytes(std::uint64_t bytes) {
    const auto value = static_cast<double>(bytes);
    if (value < 1e3) return fmt::format("{} B", bytes);
    if (value < 1e6) return fmt::format("{:.1f} kB", value / 1e3);
    if (value < 1e9) return fmt::format("{:.1f} MB", value / 1e6);
    return fmt::format("{:.2f} GB", value / 1e9);
}

void add_errors(std::string& out, const Results& results) {
    for (const auto& [name, count] : results.failures.by_name()) {
        const auto example = results.examples.find(name);
        out +=
            fmt::format("  {:<12}{:>10}  {}\n", name, count, example == results.examples.end() ? "" : example->second);
    }
}

std::string mode(const Results& results) {
    return results.rate ? fmt::format("open loop, {:g} requests/s", *results.rate) : "closed loop";
}

}  // namespace

double per_second(std::uint64_t count, const Results& results) {
    const double seconds = std::chrono::duration<double>(results.window).count();
    return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

std::string short_time(Duration time) {
    const auto nanoseconds = static_cast<double>(time.count());
    for (const auto& [unit, name] : {std::pair{1e3, "us"}, {1e6, "ms"}, {1e9, "s"}}) {
        const double value = nanoseconds / unit;
        if (value < 999.5 || unit == 1e9) {
            const int digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
            return fmt::format("{:.{}f} {}", value, digits, name);
        }
    }
    return {};
}

std::string to_table(const Results& results) {
    std::string out = fmt::format("{}\n{}, {} connections, {}, model {}, {} measured\n\n", results.url, mode(results),
                                  results.connections, results.stream ? "streams" : "whole answers", results.model,
                                  short_time(results.window));
    out +=
        fmt::format("  {:<12}{:>10}  {:.1f}/s\n", "succeeded", results.ok, per_second(results.ok_in_window, results));
    out += fmt::format("  {:<12}{:>10}\n", "failed", results.failures.total());
    if (results.held) out += fmt::format("  {:<12}{:>10}  of {}\n", "held", *results.held, results.connections);
    if (results.stream)
        out += fmt::format("  {:<12}{:>10}  {:.1f}/s\n", "events", results.events, per_second(results.events, results));
    out += fmt::format("  {:<12}{:>10}  out\n", "bytes", short_bytes(results.bytes_out));
    out += fmt::format("  {:<12}{:>10}  in\n", "", short_bytes(results.bytes_in));

    out += fmt::format("\n  {:<12}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n", "", "p50", "p90", "p99", "p99.9", "max",
                       "mean");
    add_times(out, "latency", results.latency);
    add_times(out, "first token", results.first_token);
    add_times(out, "gap", results.spacing.gap);
    add_times(out, "delay", results.spacing.delay);
    if (results.failures.total() > 0) out += "\n";
    add_errors(out, results);
    if (results.ok + results.failures.total() == 0)
        out += "\n  No request that began within the measurement has ended: measure longer, or see --timeout.\n";
    return out;
}

}  // namespace breakwater::bench
