#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "breakwater/bench/failure.hpp"
#include "breakwater/bench/histogram.hpp"

namespace breakwater::bench {

/// How the content events of all streams lie in time.
struct Spacing {
    Histogram gap{};    ///< between one event and the next of the same stream
    Histogram delay{};  ///< how late an event came, when the server sends them at a known pace
};

/// About a second of the measurement, for the plots and the progress line.
struct Interval {
    Duration start{0};  ///< since the measurement began
    Duration length{0};
    std::uint64_t ok = 0;
    std::uint64_t failed = 0;
    std::uint64_t events = 0;
    Duration p50{0};  ///< of the latency
    Duration p99{0};
};

/// What a run has measured. Latencies are those of requests that succeeded and were meant for the measured window;
/// events and bytes those that came within it.
struct Results {
    std::string url{};
    std::string model{};
    bool stream = false;
    std::size_t connections = 0;
    std::optional<double> rate{};  ///< of the open loop

    Duration window{0};              ///< length of the measurement
    std::uint64_t ok = 0;            ///< requests that succeeded; streams that were held count
    std::uint64_t ok_in_window = 0;  ///< answers that were complete within the window, for requests per second
    FailureCounts failures{};
    std::map<std::string, std::string> examples{};  ///< what the server said first, by the failure's name
    Histogram latency{};
    Histogram first_token{};
    Spacing spacing{};
    std::uint64_t events = 0;
    std::uint64_t bytes_out = 0;
    std::uint64_t bytes_in = 0;
    std::optional<std::uint64_t> held{};  ///< streams that were open at the end, when that was asked for
    std::vector<Interval> intervals{};
};

}  // namespace breakwater::bench
