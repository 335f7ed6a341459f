#include "request_metrics.hpp"

namespace breakwater {

namespace {

double seconds(Duration span) { return std::chrono::duration<double>(span).count(); }

void count_tokens(MetricsShard& metrics, std::string_view deployment, const Usage& usage) {
    const auto add = [&](std::string_view type, const std::optional<std::int64_t>& count) {
        if (count && *count > 0) metrics.add(Counter::tokens, metric_labels({{"deployment", deployment}, {"type", type}}), static_cast<double>(*count));
    };
    add("input", usage.input_uncached);
    add("cached", usage.cache_read);
    add("cache_write", usage.cache_write);
    add("output", usage.output);
    add("reasoning", usage.reasoning);
}

void observe_stages(MetricsShard& metrics, const RequestRecord& record) {
    const auto observe = [&](std::string_view stage, Duration span) {
        metrics.observe(Histogram::stage_duration, metric_labels({{"stage", stage}}), seconds(span));
    };
    observe("receive", record.receive);
    observe("parse", record.parse);
    for (const AttemptRecord& attempt : record.report.attempts) {
        if (!attempt.reused) observe("connect", attempt.connect);
        if (attempt.head > Duration::zero()) observe("head", attempt.head);
    }
    if (record.report.first_byte > Duration::zero()) observe("first_byte", record.report.first_byte);
}

}  // namespace

void record_request(MetricsShard& metrics, const RequestRecord& record) {
    const ExchangeReport& report = record.report;
    const std::string_view deployment = report.served != nullptr ? std::string_view(report.served->name) : std::string_view();
    const std::string_view ended = record.refused.empty() ? to_string(report.termination) : std::string_view("refused");
    metrics.add(Counter::requests, metric_labels({{"route", record.route},
                                                  {"deployment", deployment},
                                                  {"status", std::to_string(report.status)},
                                                  {"ended", ended},
                                                  {"stream", record.stream ? "true" : "false"}}));
    metrics.observe(Histogram::request_duration, metric_labels({{"route", record.route}}), seconds(record.total));
    if (report.termination == Termination::client_gone) {
        metrics.add(Counter::client_disconnects, metric_labels({{"phase", report.events > 0 ? "streaming" : "waiting"}}));
    }
}

void record_exchange(MetricsShard& metrics, const RequestRecord& record) {
    const ExchangeReport& report = record.report;
    for (const AttemptRecord& attempt : report.attempts) {
        metrics.add(Counter::attempts, metric_labels({{"deployment", attempt.deployment->name}, {"outcome", attempt.outcome}}));
        if (attempt.first_content > Duration::zero()) {
            metrics.observe(Histogram::first_token, metric_labels({{"deployment", attempt.deployment->name}}), seconds(attempt.first_content));
        }
    }
    observe_stages(metrics, record);
    if (report.served == nullptr) return;
    const std::string_view deployment = report.served->name;
    if (report.usage) count_tokens(metrics, deployment, *report.usage);
    if (record.cost_usd) metrics.add(Counter::cost_usd, metric_labels({{"deployment", deployment}}), *record.cost_usd);
    if (report.max_gap > Duration::zero()) {
        metrics.observe(Histogram::token_gap_max, metric_labels({{"deployment", deployment}}), seconds(report.max_gap));
    }
    for (const Adaptation& adaptation : report.adapted.list()) {
        metrics.add(Counter::adaptations, metric_labels({{"deployment", deployment}, {"action", to_string(adaptation.action)}}));
    }
}

}  // namespace breakwater
