#pragma once

#include "breakwater/bench/results.hpp"
#include "svg_chart.hpp"

namespace breakwater::bench {

/// Latency, first token, gap and delay by percentile, both axes logarithmic: the tail is what one looks for.
Chart percentile_chart(const Results& results);
/// Answers, and failures if there were any, per second over time.
Chart rate_chart(const Results& results);
/// Median and 99th percentile of the latency over time.
Chart latency_chart(const Results& results);
/// Events of streams per second over time.
Chart event_chart(const Results& results);

/// At most `points` intervals: neighbours are joined, counts added up, and of times the worst kept, so that a stall of
/// one second is still seen after hours.
std::vector<Interval> thinned(const std::vector<Interval>& intervals, std::size_t points);

}  // namespace breakwater::bench
