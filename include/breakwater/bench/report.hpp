#pragma once

#include <string>

#include "breakwater/bench/results.hpp"

namespace breakwater::bench {

/// The results as one JSON object; docs/benchmark.md has its fields. Times are microseconds.
std::string to_json(const Results& results);
/// For people, on a terminal.
std::string to_table(const Results& results);
/// A page that needs nothing else: the table's numbers, the latency by percentile, and rate and latency over time.
std::string to_html(const Results& results);

/// Answers, or events, per second of the window; 0 for an empty one.
double per_second(std::uint64_t count, const Results& results);
/// "832 us", "1.23 ms", "4.5 s": three digits.
std::string short_time(Duration time);

}  // namespace breakwater::bench
