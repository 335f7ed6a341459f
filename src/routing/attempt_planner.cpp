#include "breakwater/routing/attempt_planner.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace breakwater {
namespace {

/// True when the fault lies in what the client asked for, so that its own message helps more than a provider's trouble.
bool is_client_fault(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::invalid_request:
        case ErrorKind::unsupported_parameter:
        case ErrorKind::context_length:
        case ErrorKind::content_policy:
        case ErrorKind::unauthorized:
        case ErrorKind::forbidden:
        case ErrorKind::not_found:
        case ErrorKind::model_not_found:
        case ErrorKind::method_not_allowed:
        case ErrorKind::request_too_large:
        case ErrorKind::unsupported_media_type:
        case ErrorKind::request_timeout:
        case ErrorKind::constraint_unmet:
            return true;
        case ErrorKind::rate_limited:
        case ErrorKind::quota_exhausted:
        case ErrorKind::overloaded:
        case ErrorKind::shutting_down:
        case ErrorKind::upstream_auth:
        case ErrorKind::upstream_permission:
        case ErrorKind::upstream_billing:
        case ErrorKind::upstream_model_missing:
        case ErrorKind::upstream_dns:
        case ErrorKind::upstream_connect:
        case ErrorKind::upstream_tls:
        case ErrorKind::upstream_timeout:
        case ErrorKind::upstream_stalled:
        case ErrorKind::upstream_truncated:
        case ErrorKind::upstream_invalid:
        case ErrorKind::upstream_error:
        case ErrorKind::cancelled:
        case ErrorKind::internal:
            return false;
    }
    return false;
}

/// True when the same deployment may do better a moment later.
bool is_transient(const Error& error) noexcept {
    return error.should_retry.value_or(error_traits(error.kind).client_should_retry);
}

/// min(backoff_min * 2^n, backoff_max), with up to a quarter less so that clients that failed together do not return
/// together.
Duration backoff(const config::Retry& retry, int n, Rng& rng) noexcept {
    const double longest = static_cast<double>(Duration(retry.backoff_max).count());
    const double doubled = std::ldexp(static_cast<double>(Duration(retry.backoff_min).count()), std::min(n, 60));
    return Duration(static_cast<Duration::rep>(std::min(doubled, longest) * (1.0 - 0.25 * rng.uniform())));
}

/// Unknown is not larger: a bet that loses costs the client another round.
bool has_larger_context(const Deployment& candidate, const Deployment& failed) noexcept {
    return candidate.facts.context && failed.facts.context && *candidate.facts.context > *failed.facts.context;
}

}  // namespace

AttemptPlanner::AttemptPlanner(std::span<const Deployment* const> candidates, const config::Policies& policies,
                               Deadline deadline, RetryBudget& budget, Rng& rng)
    : policies_(policies), deadline_(deadline), budget_(budget), rng_(rng) {
    candidates_.reserve(candidates.size());
    for (const Deployment* deployment : candidates) candidates_.push_back({.deployment = deployment});
}

AttemptPlanner::Step AttemptPlanner::next(TimePoint now) {
    if (ended_ || (attempts_ > 0 && attempts_ >= policies_.retry.attempts)) return give_up();
    const std::optional<std::size_t> chosen = choose();
    if (!chosen) return give_up();
    Candidate& candidate = candidates_[*chosen];
    const Duration delay = std::max(Duration(candidate.not_before - now), Duration::zero());
    if (delay >= deadline_.left(now)) return give_up();
    // The token is taken before the wait, so that nobody waits for a retry that is then refused.
    if (attempts_ > 0 && !paid_) {
        if (!budget_.try_take(now)) return give_up();
        paid_ = true;
    }
    if (delay > Duration::zero()) return Wait{delay};
    if (!std::exchange(earned_, true)) budget_.on_request(now);
    token_spent_ = std::exchange(paid_, false);
    candidate.repeat = false;
    ++candidate.tries;
    current_ = *chosen;
    return Try{candidate.deployment, ++attempts_};
}

std::optional<std::size_t> AttemptPlanner::choose() const noexcept {
    const auto usable = [this](std::size_t i) { return !candidates_[i].excluded; };
    if (current_ < candidates_.size() && candidates_[current_].repeat && usable(current_)) return current_;
    std::optional<std::size_t> soonest;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
        if (!usable(i)) continue;
        if (candidates_[i].tries == 0) return i;
        if (!soonest || candidates_[i].not_before < candidates_[*soonest].not_before) soonest = i;
    }
    return soonest;
}

void AttemptPlanner::on_failure(Error error, TimePoint now, bool other_credential) {
    if (attempts_ == 0) return;
    Candidate& failed = candidates_[current_];
    const bool transient = is_transient(error);
    switch (error_traits(error.kind).failover) {
        case Failover::never:
            ended_ = true;
            break;
        case Failover::elsewhere:
            cool_down(failed, error, transient, now);
            break;
        case Failover::same_once:
            cool_down(failed, error, transient, now);
            // A provider that names a time is not asked again before it.
            failed.repeat = transient && !error.retry_after && failed.tries <= policies_.retry.same;
            if (failed.repeat) failed.not_before = now;
            break;
        case Failover::larger_context:
            keep_larger_than(*failed.deployment);
            break;
    }
    if (other_credential) {
        failed.excluded = false;
        failed.repeat = true;
        failed.not_before = now;
    }
    if (!client_error_ && is_client_fault(error.kind)) client_error_ = error;
    if (!first_error_) first_error_ = std::move(error);
}

void AttemptPlanner::on_refusal(Error error) {
    if (attempts_ == 0) return;
    --attempts_;
    paid_ = token_spent_;  // pays for the next one instead
    candidates_[current_].excluded = true;
    if (!refusal_) refusal_ = std::move(error);
}

void AttemptPlanner::cool_down(Candidate& failed, const Error& error, bool transient, TimePoint now) {
    const config::Retry& retry = policies_.retry;
    if (!transient || (error.retry_after && *error.retry_after > retry.retry_after_max)) {
        failed.excluded = true;
        return;
    }
    const Duration delay = error.retry_after ? Duration(*error.retry_after) : backoff(retry, failed.tries - 1, rng_);
    failed.not_before = now + std::max(delay, Duration::zero());
}

void AttemptPlanner::keep_larger_than(const Deployment& failed) noexcept {
    for (Candidate& candidate : candidates_) {
        if (!has_larger_context(*candidate.deployment, failed)) candidate.excluded = true;
    }
}

AttemptPlanner::GiveUp AttemptPlanner::give_up() {
    ended_ = true;
    if (client_error_) return {*client_error_};
    if (first_error_) return {*first_error_};
    if (refusal_) return {*refusal_};
    if (candidates_.empty()) return {Error(ErrorKind::constraint_unmet, "the route has no deployment to try")};
    return {Error(ErrorKind::upstream_timeout, "the deadline passed before an attempt could start")};
}

}  // namespace breakwater
