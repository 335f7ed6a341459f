#include "deployment_report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <coroutine>

#include "breakwater/wire/json_writer.hpp"

namespace breakwater {

namespace {

using Sums = std::map<std::string, HealthSum>;
using Workers = std::span<const std::unique_ptr<GatewayWorker>>;

/// Goes from worker to worker; only one of them touches `sums` at a time. Lies in the frame of who awaits it.
class Round {
public:
    Round(Workers workers, Worker& here, Sums& sums) : workers_(workers), here_(here), sums_(sums) {}
    [[nodiscard]] bool await_ready() const noexcept { return workers_.empty(); }
    void await_suspend(std::coroutine_handle<> waiter) {
        waiter_ = waiter;
        go_on();
    }
    void await_resume() const noexcept {}

private:
    void go_on() {
        if (next_ == workers_.size()) return here_.post([this] { waiter_.resume(); });
        GatewayWorker& worker = *workers_[next_++];
        worker.worker.post([this, &worker] {
            worker.clients.knowledge().add_to(sums_, worker.worker.now());
            go_on();
        });
    }

    Workers workers_;
    Worker& here_;
    Sums& sums_;
    std::size_t next_ = 0;
    std::coroutine_handle<> waiter_;
};

constexpr std::array<std::string_view, kSizeClasses> kSizeNames{"small", "medium", "large", "huge"};

/// With one decimal: no clock of a network is finer.
double milliseconds(Duration span) {
    return std::round(std::chrono::duration<double, std::milli>(span).count() * 10) / 10;
}

double rounded(double value) {
    return std::round(value * 1000) / 1000;
}

template <class Value>
void field_or_null(JsonWriter& json, std::string_view name, const std::optional<Value>& value) {
    if (value) {
        json.field(name, *value);
    } else {
        json.key(name).null();
    }
}

void write_quantiles(JsonWriter& json, std::string_view name, const LatencySum& sum) {
    if (sum.samples() == 0) return;
    json.key(name).begin_object().field("samples", static_cast<std::int64_t>(sum.samples()));
    json.field("p50", milliseconds(*sum.quantile(0.5))).field("p95", milliseconds(*sum.quantile(0.95)));
    json.field("p99", milliseconds(*sum.quantile(0.99))).end_object();
}

void write_by_size(JsonWriter& json, std::string_view name, const std::array<LatencySum, kSizeClasses>& sums) {
    json.key(name).begin_object();
    for (std::size_t i = 0; i < kSizeClasses; ++i) write_quantiles(json, kSizeNames.at(i), sums.at(i));
    json.end_object();
}

void write_allowance(JsonWriter& json, std::string_view name, const SharedAllowance& allowance, TimePoint now) {
    const auto figures = allowance.figures(now);
    if (!figures) return;
    json.key(name).begin_object().field("remaining", figures->remaining);
    field_or_null(json, "limit", figures->limit);
    json.field("reset_ms", milliseconds(figures->reset)).end_object();
}

/// Why the deployment is not asked, and for how long at most.
void write_pauses(JsonWriter& json, const SharedHealth& health, TimePoint now) {
    const auto pause = [&](DeploymentHealth::Standing why, Duration left) {
        if (left <= Duration::zero()) return;
        json.begin_object().field("reason", to_string(why)).field("left_ms", milliseconds(left)).end_object();
    };
    const auto until = [now](const std::atomic<std::int64_t>& ticks) {
        return Duration(ticks.load(std::memory_order_relaxed)) - Duration(now.time_since_epoch());
    };
    using Standing = DeploymentHealth::Standing;
    json.key("pauses").begin_array();
    pause(Standing::cooling, until(health.cooling_until));
    pause(Standing::demoted, until(health.demoted_until));
    pause(Standing::spent, health.limits.available_at(1, now) - now);
    json.end_array();
}

std::string_view to_string(Circuit::State state) noexcept {
    switch (state) {
        case Circuit::State::closed:
            return "closed";
        case Circuit::State::open:
            return "open";
        case Circuit::State::probe_due:
            return "probe_due";
        case Circuit::State::probing:
            return "probing";
    }
    return "closed";
}

void write_circuits(JsonWriter& json, const HealthSum& sum) {
    json.key("circuits").begin_array();
    for (const HealthSum::Worker& worker : sum.workers) {
        json.begin_object().field("state", to_string(worker.circuit));
        if (worker.circuit != Circuit::State::closed) json.field("probe_in_ms", milliseconds(worker.probe_in));
        if (worker.ramp < 1) json.field("ramp", rounded(worker.ramp));
        if (!worker.last_failure.empty()) json.field("last_failure", worker.last_failure);
        json.end_object();
    }
    json.end_array();
}

void write_outcomes(JsonWriter& json, const OutcomeShares& outcomes, TimePoint now) {
    json.field("attempts", std::round(outcomes.attempts(now) * 10) / 10).key("errors").begin_object();
    for (const auto& [kind, share] : outcomes.shares()) json.field(breakwater::to_string(kind), rounded(share));
    json.end_object();
}

void write_live(JsonWriter& json, const SharedHealth& health, TimePoint now) {
    json.field("in_flight", static_cast<std::int64_t>(health.in_flight.load(std::memory_order_relaxed)));
    const std::uint32_t limit = health.concurrency.limit();
    field_or_null(json, "limit", limit > 0 ? std::optional<std::int64_t>(limit) : std::nullopt);
    json.field("adaptive", health.concurrency.adapts());
    json.field("waiting", static_cast<std::int64_t>(health.waiting.load(std::memory_order_relaxed)));
    write_pauses(json, health, now);
    json.key("rate_limits").begin_object();
    write_allowance(json, "requests", health.limits.requests, now);
    write_allowance(json, "tokens", health.limits.tokens, now);
    json.end_object();
}

void write_deployment(JsonWriter& json, const Deployment& deployment, const SharedHealth& health, const HealthSum& sum,
                      TimePoint now) {
    json.begin_object().field("deployment", deployment.name).field("provider", deployment.provider);
    json.field("model", deployment.model);
    write_live(json, health, now);
    write_circuits(json, sum);
    write_outcomes(json, sum.outcomes, now);
    write_by_size(json, "first_token_ms", sum.first_tokens);
    write_by_size(json, "stream_ms", sum.stream_totals);
    write_by_size(json, "whole_answer_ms", sum.wholes);
    write_quantiles(json, "gap_ms", sum.gaps);
    field_or_null(json, "tokens_per_second", sum.tokens_per_second.transform(rounded));
    field_or_null(json, "cached_share", sum.cached_share.transform(rounded));
    json.end_object();
}

void write_queue(JsonWriter& json, const std::string& route, const RouteQueue::Figures& figures) {
    const auto refused = [&figures](FairQueue::Refusal why) {
        return static_cast<std::int64_t>(figures.refused.at(static_cast<std::size_t>(why)));
    };
    json.begin_object().field("route", route).field("waiting", static_cast<std::int64_t>(figures.waiting));
    json.key("refused").begin_object().field("full", refused(FairQueue::Refusal::full));
    json.field("share", refused(FairQueue::Refusal::share));
    json.field("too_slow", refused(FairQueue::Refusal::too_slow));
    json.field("timeout", static_cast<std::int64_t>(figures.timed_out)).end_object().end_object();
}

}  // namespace

Task<std::map<std::string, HealthSum>> gather_health(std::span<const std::unique_ptr<GatewayWorker>> workers,
                                                     Worker& here) {
    Sums sums;
    co_await Round(workers, here, sums);
    co_return sums;
}

std::string deployments_json(const Snapshot& snapshot, const SharedState& shared,
                             const std::map<std::string, HealthSum>& health, TimePoint now) {
    const HealthSum nothing;
    std::map<std::string_view, const SharedHealth*> live;
    shared.deployments.each([&live](const std::string& name, const SharedHealth& each) { live[name] = &each; });
    std::string body;
    JsonWriter json(body);
    json.begin_object().key("deployments").begin_array();
    for (const Deployment& deployment : snapshot.deployments()) {
        const auto common = live.find(deployment.name);
        if (common == live.end()) continue;
        const auto sum = health.find(deployment.name);
        write_deployment(json, deployment, *common->second, sum != health.end() ? sum->second : nothing, now);
    }
    json.end_array().key("queues").begin_array();
    shared.queues.each(
        [&json](const std::string& route, const RouteQueue& queue) { write_queue(json, route, queue.figures()); });
    json.end_array().end_object();
    return body;
}

}  // namespace breakwater
