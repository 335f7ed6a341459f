#include "request_metrics.hpp"

#include <algorithm>

namespace breakwater {

namespace {

double seconds(Duration span) {
    return std::chrono::duration<double>(span).count();
}

/// The entry of that number, made anew if it was another name's.
template <class Entry>
Entry& entry_of(std::vector<Entry>& table, std::size_t index, std::string_view name) {
    if (index >= table.size()) table.resize(index + 1);
    Entry& entry = table[index];
    if (entry.name != name) [[unlikely]] {
        entry = Entry();
        entry.name = name;
    }
    return entry;
}

/// The series, looked up by the labels that `labels()` makes if it is not known yet.
template <class Labels>
CounterSeries& keep(MetricsShard& shard, CounterSeries*& kept, Counter counter, Labels labels) {
    if (kept == nullptr) [[unlikely]]
        kept = &shard.counter(counter, labels());
    return *kept;
}

template <class Labels>
HistogramSeries& keep(MetricsShard& shard, HistogramSeries*& kept, Histogram histogram, Labels labels) {
    if (kept == nullptr) [[unlikely]]
        kept = &shard.histogram(histogram, labels());
    return *kept;
}

bool is_recovery(AttemptReason reason) noexcept {
    return reason == AttemptReason::resume || reason == AttemptReason::restart;
}

std::string labels_of(const RequestRecord& record) {
    const ExchangeReport& report = record.report;
    const std::string_view deployment = report.served != nullptr ? std::string_view(report.served->name) : "";
    return metric_labels({{"route", record.route},
                          {"deployment", deployment},
                          {"status", std::to_string(report.status)},
                          {"ended", record.refused.empty() ? to_string(report.termination) : "refused"},
                          {"stream", record.stream ? "true" : "false"}});
}

}  // namespace

RequestMetrics::ByDeployment& RequestMetrics::of(const Deployment& deployment) {
    return entry_of(deployments_, deployment.index, deployment.name);
}

CounterSeries& RequestMetrics::ending(ByRoute& route, const RequestRecord& record) {
    const ExchangeReport& report = record.report;
    const std::string_view deployment = report.served != nullptr ? std::string_view(report.served->name) : "";
    for (const Ending& known : route.endings) {
        if (known.status == report.status && known.termination == report.termination && known.stream == record.stream &&
            known.deployment == deployment) {
            return *known.series;
        }
    }
    CounterSeries& series = shard_.counter(Counter::requests, labels_of(record));
    route.endings.push_back({std::string(deployment), report.status, report.termination, record.stream, &series});
    return series;
}

void RequestMetrics::record_request(const RequestRecord& record) {
    count_request(record);
    if (record.report.termination != Termination::client_gone) return;
    const std::string_view phase = record.report.events > 0 ? "streaming" : "waiting";
    shard_.counter(Counter::client_disconnects, metric_labels({{"phase", phase}})).add(1);
}

void RequestMetrics::count_request(const RequestRecord& record) {
    if (record.route.empty()) {
        shard_.counter(Counter::requests, labels_of(record)).add(1);
        shard_.histogram(Histogram::request_duration, metric_labels({{"route", ""}})).observe(seconds(record.total));
        return;
    }
    ByRoute& route = entry_of(routes_, record.route_index, record.route);
    ending(route, record).add(1);
    if (record.client_retries > 0)
        shard_.counter(Counter::client_retries, metric_labels({{"route", record.route}})).add(1);
    keep(shard_, route.duration, Histogram::request_duration, [&] {
        return metric_labels({{"route", record.route}});
    }).observe(seconds(record.total));
}

void RequestMetrics::record_refusal(ErrorKind kind) {
    shard_.counter(Counter::rejected, metric_labels({{"reason", error_traits(kind).code}})).add(1);
}

void RequestMetrics::count_attempt(const AttemptRecord& attempt) {
    const std::string& deployment = attempt.deployment->name;
    ByDeployment& series = of(*attempt.deployment);
    const auto labels = [&] { return metric_labels({{"deployment", deployment}, {"outcome", attempt.outcome}}); };
    if (attempt.outcome == "ok") {
        keep(shard_, series.attempts_ok, Counter::attempts, labels).add(1);
    } else {
        shard_.counter(Counter::attempts, labels()).add(1);
    }
    if (attempt.first_content > Duration::zero()) {
        keep(shard_, series.first_token, Histogram::first_token, [&] {
            return metric_labels({{"deployment", deployment}});
        }).observe(seconds(attempt.first_content));
    }
    count_unknown(attempt);
}

// Rare, so that no series is kept.
void RequestMetrics::count_unknown(const AttemptRecord& attempt) {
    if (attempt.unknown == UnknownCounts()) return;
    for (std::size_t i = 0; i < kUnknownCount; ++i) {
        const auto what = static_cast<Unknown>(i);
        if (const std::uint32_t count = attempt.unknown.of(what); count > 0) {
            const auto labels = metric_labels({{"provider", attempt.deployment->provider}, {"what", to_string(what)}});
            shard_.counter(Counter::upstream_unknown, labels).add(count);
        }
    }
}

void RequestMetrics::count_hedge(const RequestRecord& record, const AttemptRecord& attempt) {
    if (attempt.outcome == "deployment_busy") return;  // was not started
    const std::string_view result = attempt.outcome == "ok" ? "won" : attempt.outcome == "outrun" ? "lost" : "failed";
    shard_.counter(Counter::hedges, metric_labels({{"route", record.route}, {"result", result}})).add(1);
}

void RequestMetrics::count_recovery(const RequestRecord& record, const AttemptRecord& attempt) {
    if (attempt.outcome == "deployment_busy") return;  // was not started
    const std::string_view result = attempt.outcome == "ok"                ? "completed"
                                    : attempt.outcome == "answers_diverge" ? "diverged"
                                                                           : "failed";
    const auto labels = metric_labels({{"route", record.route}, {"by", to_string(attempt.reason)}, {"result", result}});
    shard_.counter(Counter::recoveries, labels).add(1);
}

// An outage withholds retries by the hundred.
void RequestMetrics::count_withheld(const RequestRecord& record) {
    ByRoute& route = entry_of(routes_, record.route_index, record.route);
    keep(shard_, route.withheld, Counter::retries_withheld, [&] {
        return metric_labels({{"route", record.route}, {"reason", to_string(record.report.retry)}});
    }).add(1);
}

// What a provider bills for an answer that nobody waited for is not known; the prompt it has read for sure.
void RequestMetrics::count_waste(const RequestRecord& record, const AttemptRecord& attempt) {
    const std::optional<double>& price = attempt.deployment->facts.price.input;
    if (!price) return;
    shard_.counter(Counter::hedge_waste_usd, metric_labels({{"deployment", attempt.deployment->name}}))
        .add(*price * static_cast<double>(record.prompt_tokens) / 1e6);
}

void RequestMetrics::count_tokens(ByDeployment& series, const Usage& usage) {
    struct Class {
        std::string_view name;
        const std::optional<std::int64_t>& count;
    };
    const std::array<Class, 5> classes{{{"input", usage.input_uncached},
                                        {"cached", usage.cache_read},
                                        {"cache_write", usage.cache_write},
                                        {"output", usage.output},
                                        {"reasoning", usage.reasoning}}};
    for (std::size_t i = 0; i < classes.size(); ++i) {
        const Class& tokens = classes.data()[i];
        const std::int64_t count = tokens.count.value_or(0);
        if (count <= 0) continue;
        keep(shard_, series.tokens.data()[i], Counter::tokens, [&] {
            return metric_labels({{"deployment", series.name}, {"type", tokens.name}});
        }).add(static_cast<double>(count));
    }
}

void RequestMetrics::count_cost(ByDeployment& series, double usd) {
    keep(shard_, series.cost, Counter::cost_usd, [&series] {
        return metric_labels({{"deployment", series.name}});
    }).add(usd);
}

// Of an answer to which several contributed, each has its own part.
void RequestMetrics::count_paid(const RequestRecord& record) {
    const ExchangeReport& report = record.report;
    bool in_parts = false;
    for (const AttemptRecord& attempt : report.attempts) {
        if (!attempt.usage) continue;
        in_parts = true;
        ByDeployment& series = of(*attempt.deployment);
        count_tokens(series, *attempt.usage);
        if (const auto part = cost_usd(attempt.deployment->facts.price, *attempt.usage)) count_cost(series, *part);
    }
    if (in_parts) return;
    ByDeployment& series = of(*report.served);
    if (report.usage) count_tokens(series, *report.usage);
    if (record.cost_usd) count_cost(series, *record.cost_usd);
}

void RequestMetrics::observe(Stage stage, Duration span) {
    constexpr std::array<std::string_view, 5> kNames{"receive", "parse", "connect", "head", "first_byte"};
    const auto index = static_cast<std::size_t>(stage);
    keep(shard_, stages_[index], Histogram::stage_duration, [&] {
        return metric_labels({{"stage", kNames[index]}});
    }).observe(seconds(span));
}

void RequestMetrics::observe_stages(const RequestRecord& record) {
    observe(Stage::receive, record.receive);
    observe(Stage::parse, record.parse);
    for (const AttemptRecord& attempt : record.report.attempts) {
        if (!attempt.reused) observe(Stage::connect, attempt.connect);
        if (attempt.head > Duration::zero()) observe(Stage::head, attempt.head);
    }
    if (record.report.first_byte > Duration::zero()) observe(Stage::first_byte, record.report.first_byte);
}

void RequestMetrics::record_exchange(const RequestRecord& record) {
    const ExchangeReport& report = record.report;
    for (const AttemptRecord& attempt : report.attempts) {
        count_attempt(attempt);
        if (attempt.reason == AttemptReason::hedge) count_hedge(record, attempt);
        if (attempt.outcome == "outrun") count_waste(record, attempt);
        if (is_recovery(attempt.reason)) count_recovery(record, attempt);
    }
    if (report.retry != RetryOutcome::not_withheld) count_withheld(record);
    observe_stages(record);
    if (report.served == nullptr) return;
    count_paid(record);
    ByDeployment& series = of(*report.served);
    const auto labels = [&series] { return metric_labels({{"deployment", series.name}}); };
    if (report.max_gap > Duration::zero()) {
        keep(shard_, series.gap, Histogram::token_gap_max, labels).observe(seconds(report.max_gap));
    }
    for (const Adaptation& adaptation : report.adapted.list()) {
        keep(shard_, series.adaptations[static_cast<std::size_t>(adaptation.action)], Counter::adaptations, [&] {
            return metric_labels({{"deployment", series.name}, {"action", to_string(adaptation.action)}});
        }).add(1);
    }
}

}  // namespace breakwater
