#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "breakwater/base/strings.hpp"

namespace breakwater {

// Every family is declared in src/gateway/metrics.cpp with its help text. Label values come from configuration or from
// fixed words, never from a client.
enum class Counter : std::uint8_t {
    requests,
    attempts,
    tokens,
    cost_usd,
    adaptations,
    client_disconnects,
    rejected,
    hedges,
    hedge_waste_usd,
    retries_withheld,
    upstream_unknown,
    recoveries,
    client_retries,
    trace_spans,
};
inline constexpr std::size_t kCounterCount = static_cast<std::size_t>(Counter::trace_spans) + 1;

enum class Histogram : std::uint8_t {
    request_duration,
    first_token,
    token_gap_max,
    stage_duration,
};
inline constexpr std::size_t kHistogramCount = static_cast<std::size_t>(Histogram::stage_duration) + 1;

/// Makes `a="x",b="y"`, the key of a series.
std::string metric_labels(std::initializer_list<std::pair<std::string_view, std::string_view>> labels);

/// A number that one thread changes and any other may read.
template <class T>
class SingleWriter {
public:
    void add(T value) noexcept { value_.store(get() + value, std::memory_order_relaxed); }
    [[nodiscard]] T get() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<T> value_{};
};

using CounterSeries = SingleWriter<double>;

/// How often a span fell between which bounds. A scrape sees every bucket from the past, so never more in a bucket than
/// in all.
class HistogramSeries {
public:
    static constexpr std::array<double, 16> kBounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                    0.25,   0.5,   1,      2.5,   10,   30,    120,  600};
    void observe(double seconds) noexcept;

private:
    friend class MetricsText;
    std::array<SingleWriter<std::uint64_t>, kBounds.size() + 1> buckets_;  ///< the last one is beyond all bounds
    SingleWriter<double> sum_;
};

/// One worker's numbers. Only the worker adds; a scrape reads them. A series lives as long as the shard, so a worker
/// looks it up once and keeps the reference; the lock is taken to make a series and to scrape.
class MetricsShard {
public:
    CounterSeries& counter(Counter counter, const std::string& labels);
    HistogramSeries& histogram(Histogram histogram, const std::string& labels);

private:
    friend class MetricsText;
    template <class Series>
    using Family = std::unordered_map<std::string, Series, StringHash, std::equal_to<>>;
    template <class Series>
    Series& find_or_make(Family<Series>& family, const std::string& labels);

    mutable std::mutex mutex_;
    std::array<Family<CounterSeries>, kCounterCount> counters_;
    std::array<Family<HistogramSeries>, kHistogramCount> histograms_;
};

/// Collects shards and single values into the Prometheus text format 0.0.4.
class MetricsText {
public:
    void add(const MetricsShard& shard);
    /// Says of what type the metric is, before its values or instead of them.
    void declare(std::string_view type, std::string_view name, std::string_view help);
    void gauge(std::string_view name, std::string_view help, std::string_view labels, double value);
    void counter(std::string_view name, std::string_view help, std::string_view labels, double value);
    [[nodiscard]] std::string str() const;

private:
    struct Distribution {
        std::array<std::uint64_t, HistogramSeries::kBounds.size() + 1> buckets{};
        double sum = 0;
    };
    static void append(std::string& out, std::string_view name, const std::string& labels,
                       const Distribution& distribution);
    void single(std::string_view type, std::string_view name, std::string_view help, std::string_view labels,
                double value);

    std::array<std::map<std::string, double>, kCounterCount> counters_;
    std::array<std::map<std::string, Distribution>, kHistogramCount> histograms_;
    std::string singles_;
    std::string last_single_;
};

}  // namespace breakwater
