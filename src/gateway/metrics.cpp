#include "breakwater/gateway/metrics.hpp"

#include <fmt/format.h>

namespace breakwater {

namespace {

struct Family {
    std::string_view name;
    std::string_view help;
};

constexpr std::array<Family, kCounterCount> kCounters{{
    {"breakwater_requests_total", "Requests answered, by route, deployment, status and how they ended."},
    {"breakwater_attempts_total", "Upstream attempts, by deployment and outcome."},
    {"breakwater_tokens_total", "Tokens reported by providers, by deployment and class."},
    {"breakwater_cost_usd_total", "Cost of answers by the configured prices, by deployment."},
    {"breakwater_adaptations_total", "Request fields that were not simply kept, by deployment and action."},
    {"breakwater_client_disconnects_total", "Requests whose client left before the end, by phase."},
    {"breakwater_rejected_total", "Requests refused before they were routed, by reason."},
    {"breakwater_hedges_total", "Attempts started beside a late one, by route and result."},
    {"breakwater_hedge_waste_usd_total", "Estimated cost of the prompts of attempts that were outrun, by deployment."},
    {"breakwater_retries_withheld_total", "Requests that got no further attempt, by route and reason."},
    {"breakwater_upstream_unknown_total", "What answers held that the gateway does not know, by provider and kind."},
    {"breakwater_recoveries_total",
     "Attempts to complete an answer that broke off after content, by route, policy and result."},
    {"breakwater_client_retries_total", "Requests that their client has sent before, as its SDK says, by route."},
    {"breakwater_trace_spans_total", "Spans of requests and attempts, by what became of them."},
}};

constexpr std::array<Family, kHistogramCount> kHistograms{{
    {"breakwater_request_duration_seconds", "From the first byte of a request to the end of its answer, by route."},
    {"breakwater_first_token_seconds",
     "From the start of the serving attempt to its first content token, by deployment."},
    {"breakwater_token_gap_max_seconds", "Longest silence between content tokens of a stream, by deployment."},
    {"breakwater_stage_duration_seconds", "Time spent in each stage of a request."},
}};

void append_header(std::string& out, const Family& family, std::string_view type) {
    fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", family.name, family.help, family.name,
                   type);
}

void append_sample(std::string& out, std::string_view name, std::string_view labels, double value) {
    if (labels.empty()) {
        fmt::format_to(std::back_inserter(out), "{} {}\n", name, value);
    } else {
        fmt::format_to(std::back_inserter(out), "{}{{{}}} {}\n", name, labels, value);
    }
}

}  // namespace

std::string metric_labels(std::initializer_list<std::pair<std::string_view, std::string_view>> labels) {
    std::string text;
    for (const auto& [name, value] : labels) {
        if (!text.empty()) text += ',';
        text.append(name).append("=\"");
        for (const char c : value) {
            if (c == '"' || c == '\\') text += '\\';
            if (c == '\n') {
                text.append("\\n");
            } else {
                text += c;
            }
        }
        text += '"';
    }
    return text;
}

void HistogramSeries::observe(double seconds) noexcept {
    // A loop, as most spans end in the first few buckets.
    std::size_t bucket = 0;
    while (bucket < kBounds.size() && seconds > kBounds.data()[bucket]) ++bucket;
    buckets_.data()[bucket].add(1);
    sum_.add(seconds);
}

template <class Series>
Series& MetricsShard::find_or_make(Family<Series>& family, const std::string& labels) {
    // Without the lock: nobody else changes the table, and a scrape only reads it.
    if (const auto found = family.find(labels); found != family.end()) return found->second;
    const std::lock_guard lock(mutex_);
    return family[labels];
}

CounterSeries& MetricsShard::counter(Counter counter, const std::string& labels) {
    return find_or_make(counters_[static_cast<std::size_t>(counter)], labels);
}

HistogramSeries& MetricsShard::histogram(Histogram histogram, const std::string& labels) {
    return find_or_make(histograms_[static_cast<std::size_t>(histogram)], labels);
}

void MetricsText::add(const MetricsShard& shard) {
    const std::lock_guard lock(shard.mutex_);
    for (std::size_t i = 0; i < kCounterCount; ++i) {
        for (const auto& [labels, series] : shard.counters_[i]) counters_[i][labels] += series.get();
    }
    for (std::size_t i = 0; i < kHistogramCount; ++i) {
        for (const auto& [labels, series] : shard.histograms_[i]) {
            Distribution& sum = histograms_[i][labels];
            for (std::size_t b = 0; b < sum.buckets.size(); ++b) sum.buckets[b] += series.buckets_[b].get();
            sum.sum += series.sum_.get();
        }
    }
}

void MetricsText::declare(std::string_view type, std::string_view name, std::string_view help) {
    if (last_single_ != name) append_header(singles_, {name, help}, type);
    last_single_ = name;
}

void MetricsText::single(std::string_view type, std::string_view name, std::string_view help, std::string_view labels,
                         double value) {
    declare(type, name, help);
    append_sample(singles_, name, labels, value);
}

void MetricsText::gauge(std::string_view name, std::string_view help, std::string_view labels, double value) {
    single("gauge", name, help, labels, value);
}

void MetricsText::counter(std::string_view name, std::string_view help, std::string_view labels, double value) {
    single("counter", name, help, labels, value);
}

void MetricsText::append(std::string& out, std::string_view family, const std::string& labels,
                         const Distribution& distribution) {
    const std::string name(family);
    const std::string prefix = labels.empty() ? labels : labels + ",";
    constexpr auto& kBounds = HistogramSeries::kBounds;
    std::uint64_t cumulative = 0;
    for (std::size_t b = 0; b < kBounds.size(); ++b) {
        cumulative += distribution.buckets[b];
        append_sample(out, name + "_bucket", fmt::format("{}le=\"{}\"", prefix, kBounds[b]),
                      static_cast<double>(cumulative));
    }
    const auto count = static_cast<double>(cumulative + distribution.buckets.back());
    append_sample(out, name + "_bucket", prefix + "le=\"+Inf\"", count);
    append_sample(out, name + "_sum", labels, distribution.sum);
    append_sample(out, name + "_count", labels, count);
}

std::string MetricsText::str() const {
    std::string out = singles_;
    for (std::size_t i = 0; i < kCounterCount; ++i) {
        append_header(out, kCounters[i], "counter");
        for (const auto& [labels, value] : counters_[i]) append_sample(out, kCounters[i].name, labels, value);
    }
    for (std::size_t i = 0; i < kHistogramCount; ++i) {
        append_header(out, kHistograms[i], "histogram");
        for (const auto& [labels, distribution] : histograms_[i])
            append(out, kHistograms[i].name, labels, distribution);
    }
    return out;
}

}  // namespace breakwater
