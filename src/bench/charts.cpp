#include "charts.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "breakwater/bench/report.hpp"

namespace breakwater::bench {

namespace {

constexpr std::size_t kPointsMax = 600;

double seconds(Duration time) {
    return std::chrono::duration<double>(time).count();
}

/// Percentiles at equal distances on the axis, which shows how many nines there are.
Series percentile_series(std::string name, const Histogram& times, double nines) {
    constexpr int kPoints = 200;
    Series series{std::move(name), {}};
    for (int i = 0; i <= kPoints; ++i) {
        const double x = nines * i / kPoints;
        const Duration time = times.percentile(1 - std::pow(10, -x));
        series.points.emplace_back(x, std::log10(std::max(seconds(time), 1e-6)));
    }
    return series;
}

/// A value of each interval over time, as steps of one interval.
template <class Value>
Series series_of(std::string name, const std::vector<Interval>& intervals, Value value) {
    Series series{std::move(name), {}};
    for (const Interval& interval : intervals) {
        series.points.emplace_back(seconds(interval.start), value(interval));
        series.points.emplace_back(seconds(interval.start + interval.length), value(interval));
    }
    return series;
}

Chart over_time(std::string title, const Results& results, std::vector<Series> series) {
    double top = 0;
    for (const Series& each : series) {
        for (const auto& [x, y] : each.points) top = std::max(top, y);
    }
    return {.title = std::move(title),
            .x_title = "seconds",
            .x_ticks = linear_ticks(seconds(results.window)),
            .y_ticks = linear_ticks(top),
            .series = std::move(series)};
}

double rate(std::uint64_t count, const Interval& interval) {
    return interval.length > Duration::zero() ? static_cast<double>(count) / seconds(interval.length) : 0;
}

}  // namespace

std::vector<Interval> thinned(const std::vector<Interval>& intervals, std::size_t points) {
    const std::size_t joined = std::max<std::size_t>((intervals.size() + points - 1) / points, 1);
    std::vector<Interval> out;
    for (std::size_t i = 0; i < intervals.size(); ++i) {
        const Interval& next = intervals[i];
        if (i % joined == 0) {
            out.push_back(next);
            continue;
        }
        Interval& last = out.back();
        last.length += next.length;
        last.ok += next.ok;
        last.failed += next.failed;
        last.events += next.events;
        last.p50 = std::max(last.p50, next.p50);
        last.p99 = std::max(last.p99, next.p99);
    }
    return out;
}

Chart percentile_chart(const Results& results) {
    struct Line {
        const char* name;
        const Histogram& times;
    };
    const std::array<Line, 4> lines{{{"latency", results.latency},
                                     {"first token", results.first_token},
                                     {"gap", results.spacing.gap},
                                     {"delay", results.spacing.delay}}};
    std::uint64_t most = 10;
    Duration longest = std::chrono::microseconds(10);
    for (const Line& line : lines) {
        most = std::max(most, line.times.count());
        longest = std::max(longest, line.times.max());
    }
    constexpr double kNinesMax = 6;
    const double nines = std::clamp(std::ceil(std::log10(static_cast<double>(most))), 1.0, kNinesMax);

    Chart chart{.title = "Time by percentile", .x_title = "percentile"};
    constexpr std::array<const char*, 7> kLabels{"0%", "90%", "99%", "99.9%", "99.99%", "99.999%", "99.9999%"};
    for (std::size_t nine = 0; nine <= static_cast<std::size_t>(nines); ++nine)
        chart.x_ticks.push_back({static_cast<double>(nine), kLabels.at(nine)});
    chart.x_ticks.insert(chart.x_ticks.begin() + 1, {-std::log10(0.5), "50%"});
    const int decades = static_cast<int>(std::ceil(std::log10(seconds(longest))));
    for (int decade = -6; decade <= decades; ++decade) {
        const Duration time(std::llround(std::pow(10, decade + 9)));
        chart.y_ticks.push_back({static_cast<double>(decade), short_time(time)});
    }
    for (const Line& line : lines) {
        if (line.times.count() > 0) chart.series.push_back(percentile_series(line.name, line.times, nines));
    }
    return chart;
}

Chart rate_chart(const Results& results) {
    const auto intervals = thinned(results.intervals, kPointsMax);
    std::vector<Series> series{series_of("succeeded", intervals, [](const Interval& i) { return rate(i.ok, i); })};
    if (results.failures.total() > 0)
        series.push_back(series_of("failed", intervals, [](const Interval& i) { return rate(i.failed, i); }));
    return over_time("Answers per second", results, std::move(series));
}

Chart latency_chart(const Results& results) {
    const auto intervals = thinned(results.intervals, kPointsMax);
    return over_time("Latency, ms", results,
                     {series_of("p50", intervals, [](const Interval& i) { return seconds(i.p50) * 1e3; }),
                      series_of("p99", intervals, [](const Interval& i) { return seconds(i.p99) * 1e3; })});
}

Chart event_chart(const Results& results) {
    const auto intervals = thinned(results.intervals, kPointsMax);
    return over_time("Events per second", results,
                     {series_of("events", intervals, [](const Interval& i) { return rate(i.events, i); })});
}

}  // namespace breakwater::bench
