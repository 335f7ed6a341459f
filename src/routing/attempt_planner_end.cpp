// What the planner of a request says when it gives up, and of whom it did not ask.
#include <algorithm>
#include <utility>

#include "breakwater/routing/attempt_planner.hpp"

namespace breakwater {
namespace {

std::chrono::milliseconds in_ms(Duration span) noexcept {
    return std::chrono::ceil<std::chrono::milliseconds>(span);
}

std::string in_whole_seconds(Duration span) {
    return std::to_string(std::max<std::int64_t>(std::chrono::ceil<std::chrono::seconds>(span).count(), 1)) + " s";
}

}  // namespace

std::string_view to_string(RetryOutcome outcome) noexcept {
    switch (outcome) {
        case RetryOutcome::not_withheld:
            return "not_withheld";
        case RetryOutcome::no_budget:
            return "no_budget";
    }
    return "not_withheld";
}

std::vector<AttemptPlanner::PassedOver> AttemptPlanner::passed_over(const Try& tried, TimePoint now) const {
    std::vector<PassedOver> passed;
    for (std::size_t i = 0; i < tried.candidate; ++i) {
        const Candidate& candidate = candidates_[i];
        if (candidate.tries > 0 || candidate.excluded) continue;
        const Standing standing = this->standing(candidate, now);
        const bool aside = outliers_ != nullptr && outliers_->is_aside(candidate.deployment->index, now);
        const std::string_view held_back = aside ? "unsteady" : "starts_slowly";
        passed.push_back({candidate.deployment, standing == Standing::ready ? held_back : to_string(standing)});
    }
    return passed;
}

AttemptPlanner::GiveUp AttemptPlanner::give_up(TimePoint now) {
    ended_ = true;
    if (client_error_) return {*client_error_};
    if (first_error_) {
        Error error = *first_error_;
        if (error.kind == ErrorKind::rate_limited) {
            const auto cooling = shortest_cooling(now);
            if (cooling && !error.retry_after) error.retry_after = in_ms(*cooling);
        }
        return {std::move(error)};
    }
    if (refusal_) return {*refusal_};
    if (candidates_.empty()) return {Error(ErrorKind::constraint_unmet, "the route has no deployment to try")};
    return {nobody_to_ask(now)};
}

AttemptPlanner::GiveUp AttemptPlanner::withhold(TimePoint now) {
    GiveUp end = give_up(now);
    end.retry = RetryOutcome::no_budget;
    return end;
}

std::optional<Duration> AttemptPlanner::shortest_cooling(TimePoint now) const noexcept {
    std::optional<Duration> shortest;
    if (!policies_.breaker.enabled) return shortest;
    for (const Candidate& candidate : candidates_) {
        if (candidate.health == nullptr || candidate.health->cooling_until() <= now) continue;
        const Duration left = candidate.health->cooling_until() - now;
        if (!shortest || left < *shortest) shortest = left;
    }
    return shortest;
}

// No deployment was asked, and none said why.
Error AttemptPlanner::nobody_to_ask(TimePoint now) const {
    if (const auto cooling = shortest_cooling(now)) {
        Error error(ErrorKind::rate_limited,
                    "The providers of this route asked for a pause after too many requests; the first of them may be "
                    "asked again in " +
                        in_whole_seconds(*cooling) + ".");
        error.retry_after = in_ms(*cooling);
        return error;
    }
    std::optional<TimePoint> probe;
    std::string failures;
    for (const Candidate& candidate : candidates_) {
        if (candidate.excluded || standing(candidate, now) != Standing::open) continue;
        const TimePoint at = candidate.health->circuit().probe_at();
        if (!probe || at < *probe) probe = at;
        failures += (failures.empty() ? "" : ", ") + candidate.deployment->name + ": ";
        failures += candidate.health->last_failure();
    }
    if (!probe) return {ErrorKind::upstream_timeout, "the deadline passed before an attempt could start"};
    const Duration left = std::max<Duration>(*probe - now, std::chrono::seconds(1));
    Error error(ErrorKind::overloaded, "Every deployment of this route has failed lately (" + failures +
                                           ") and is left alone for a moment; the next is tried again in " +
                                           in_whole_seconds(left) + ".");
    error.code = "no_deployment_available";
    error.retry_after = in_ms(left);
    return error;
}

}  // namespace breakwater
