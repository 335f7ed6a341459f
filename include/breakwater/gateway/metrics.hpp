#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "breakwater/base/strings.hpp"

namespace breakwater {

// Every family is declared in src/gateway/metrics.cpp with its help text. Label values come from configuration or from fixed words,
// never from a client.
enum class Counter : std::uint8_t {
    requests,
    attempts,
    tokens,
    cost_usd,
    adaptations,
    client_disconnects,
    rejected,
};
inline constexpr std::size_t kCounterCount = static_cast<std::size_t>(Counter::rejected) + 1;

enum class Histogram : std::uint8_t {
    request_duration,
    first_token,
    token_gap_max,
    stage_duration,
};
inline constexpr std::size_t kHistogramCount = static_cast<std::size_t>(Histogram::stage_duration) + 1;

/// Makes `a="x",b="y"`, the key of a series.
std::string metric_labels(std::initializer_list<std::pair<std::string_view, std::string_view>> labels);

/// One worker's numbers. The worker writes, a scrape reads: the lock is taken by nobody else, so it is free but during a scrape.
class MetricsShard {
public:
    void add(Counter counter, const std::string& labels, double value = 1);
    void observe(Histogram histogram, const std::string& labels, double seconds);

private:
    friend class MetricsText;
    static constexpr std::size_t kBuckets = 16;
    struct Distribution {
        std::array<std::uint64_t, kBuckets> buckets{};
        std::uint64_t count = 0;
        double sum = 0;
    };
    mutable std::mutex mutex_;
    std::array<std::unordered_map<std::string, double, StringHash, std::equal_to<>>, kCounterCount> counters_;
    std::array<std::unordered_map<std::string, Distribution, StringHash, std::equal_to<>>, kHistogramCount> histograms_;
};

/// Collects shards and single values into the Prometheus text format 0.0.4.
class MetricsText {
public:
    void add(const MetricsShard& shard);
    void gauge(std::string_view name, std::string_view help, std::string_view labels, double value);
    void counter(std::string_view name, std::string_view help, std::string_view labels, double value);
    [[nodiscard]] std::string str() const;

private:
    void single(std::string_view type, std::string_view name, std::string_view help, std::string_view labels, double value);
    std::array<std::map<std::string, double>, kCounterCount> counters_;
    std::array<std::map<std::string, MetricsShard::Distribution>, kHistogramCount> histograms_;
    std::string singles_;
    std::string last_single_;
};

}  // namespace breakwater
