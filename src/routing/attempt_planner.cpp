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

std::string_view to_string(AttemptReason reason) noexcept {
    switch (reason) {
        case AttemptReason::first:
            return "first";
        case AttemptReason::same:
            return "same";
        case AttemptReason::other_credential:
            return "other_credential";
        case AttemptReason::failover:
            return "failover";
        case AttemptReason::again:
            return "again";
        case AttemptReason::hedge:
            return "hedge";
        case AttemptReason::resume:
            return "continue";
        case AttemptReason::restart:
            return "restart";
    }
    return "first";
}

AttemptPlanner::AttemptPlanner(std::span<const Deployment* const> candidates, const config::Policies& policies,
                               Deadline deadline, const Surroundings& around)
    : policies_(policies),
      deadline_(deadline),
      prompt_tokens_(around.prompt_tokens),
      outliers_(around.outliers),
      budget_(around.retries),
      hedge_budget_(around.hedges),
      rng_(around.rng),
      stream_(around.stream),
      earned_(around.repeated) {
    candidates_.reserve(candidates.size());
    for (const Deployment* deployment : candidates) {
        candidates_.push_back({.deployment = deployment, .health = around.health.of(*deployment)});
    }
}

AttemptPlanner::Step AttemptPlanner::next(TimePoint now) {
    if (outliers_ != nullptr && attempts_ == 0) judge_outliers(now);
    if (ended_ || (attempts_ > 0 && attempts_ - hedges_ >= policies_.retry.attempts)) return give_up(now);
    const std::optional<std::size_t> chosen = choose(now);
    if (!chosen) return give_up(now);
    Candidate& candidate = candidates_[*chosen];
    const Duration delay = delay_before(candidate, now);
    if (!fits(delay, now)) return give_up(now);
    // The token is taken before the wait, so that nobody waits for a retry that is then refused; and last of all, so
    // that a request which ends for want of one would else have had another attempt.
    if (attempts_ > 0 && !paid_) {
        if (!budget_.try_take(now)) return withhold(now);
        paid_ = true;
    }
    if (delay > Duration::zero()) return Wait{delay};
    token_spent_ = std::exchange(paid_, false);
    const bool repeat = std::exchange(candidate.repeat, false);
    const bool other_credential = std::exchange(candidate.other_credential, false);
    const AttemptReason reason = attempts_ == 0               ? AttemptReason::first
                                 : repeat && other_credential ? AttemptReason::other_credential
                                 : repeat                     ? AttemptReason::same
                                 : candidate.tries == 0       ? AttemptReason::failover
                                                              : AttemptReason::again;
    return start(*chosen, reason, now);
}

std::optional<AttemptPlanner::Try> AttemptPlanner::hedge(TimePoint now) {
    if (ended_ || attempts_ == 0) return std::nullopt;
    std::optional<std::size_t> chosen;
    for (std::size_t i = 0; i < candidates_.size() && !chosen; ++i) {
        Candidate& candidate = candidates_[i];
        if (candidate.tries == 0 && may_hedge_on(candidate, now) && !is_held_back(candidate, now)) chosen = i;
    }
    if (!chosen && may_hedge_on(candidates_[running_], now)) chosen = running_;
    if (!chosen || !hedge_budget_.try_take(now)) return std::nullopt;
    ++hedges_;
    return start(*chosen, AttemptReason::hedge, now);
}

bool AttemptPlanner::may_hedge_on(const Candidate& candidate, TimePoint now) const noexcept {
    return !candidate.excluded && candidate.not_before <= now && standing(candidate, now) == Standing::ready;
}

AttemptPlanner::Try AttemptPlanner::start(std::size_t chosen, AttemptReason reason, TimePoint now) {
    Candidate& candidate = candidates_[chosen];
    if (reason != AttemptReason::hedge) running_ = static_cast<std::uint32_t>(chosen);
    if (!std::exchange(earned_, true)) {
        budget_.on_request(now);
        hedge_budget_.on_request(now);
    }
    ++candidate.tries;
    const DeploymentHealth::Ticket ticket =
        candidate.health != nullptr ? candidate.health->begin(policies_.breaker, now) : DeploymentHealth::Ticket{};
    return {candidate.deployment, chosen, ++attempts_, reason, ticket};
}

AttemptPlanner::Standing AttemptPlanner::standing(const Candidate& candidate, TimePoint now) const noexcept {
    return candidate.health != nullptr ? candidate.health->standing(policies_.breaker, now, prompt_tokens_)
                                       : Standing::ready;
}

bool AttemptPlanner::fits(Duration delay, TimePoint now) const noexcept {
    return delay < deadline_.left(now) &&
           delay <= std::max<Duration>(policies_.retry.retry_after_max, policies_.retry.backoff_max);
}

Duration AttemptPlanner::delay_before(Candidate& candidate, TimePoint now) noexcept {
    // What headers say is no refusal: rather than not at all, the deployment is asked.
    const TimePoint soonest = soonest_try(candidate, now);
    if (soonest <= now) return Duration::zero();
    const bool waits = fits(soonest - now, now);
    if (waits) spread_wakening(candidate, now);
    const TimePoint at = waits ? soonest_try(candidate, now) : asked_until(candidate);
    return std::max(Duration(at - now), Duration::zero());
}

// All who wait for the same moment would come in it, to a provider that has just asked for a pause.
void AttemptPlanner::spread_wakening(Candidate& candidate, TimePoint now) noexcept {
    if (candidate.health == nullptr || !policies_.breaker.enabled) return;
    const TimePoint until =
        std::max(candidate.health->cooling_until(), candidate.health->limited_until(prompt_tokens_, now));
    if (until <= now || candidate.not_before > until) return;
    const auto pause = static_cast<double>(Duration(until - now).count());
    candidate.not_before = until + Duration(1 + static_cast<Duration::rep>(0.25 * rng_.uniform() * pause));
}

// What the provider has asked for, and the backoff.
TimePoint AttemptPlanner::asked_until(const Candidate& candidate) const noexcept {
    if (candidate.health == nullptr || !policies_.breaker.enabled) return candidate.not_before;
    return std::max(candidate.not_before, candidate.health->cooling_until());
}

TimePoint AttemptPlanner::soonest_try(const Candidate& candidate, TimePoint now) const noexcept {
    const TimePoint asked = asked_until(candidate);
    if (candidate.health == nullptr || !policies_.breaker.enabled) return asked;
    return std::max(asked, candidate.health->limited_until(prompt_tokens_, now));
}

void AttemptPlanner::judge_outliers(TimePoint now) {
    if (!outliers_->is_due(now)) return;
    std::vector<OutlierWatch::Peer> peers;
    for (const Candidate& candidate : candidates_) {
        if (candidate.health != nullptr) peers.push_back({candidate.deployment->index, candidate.health});
    }
    outliers_->judge(peers, policies_.outliers, stream_, size_class(prompt_tokens_), now);
}

// Drawn once, so that a request does not come back to who it has passed over.
bool AttemptPlanner::is_held_back(Candidate& candidate, TimePoint now) noexcept {
    if (outliers_ != nullptr && outliers_->is_aside(candidate.deployment->index, now)) return true;
    if (candidate.health == nullptr || !policies_.breaker.enabled) return false;
    if (!candidate.held_back) {
        const double ramp = candidate.health->circuit().ramp(now);
        // Zero is a probe's: its circuit is not closed yet.
        candidate.held_back = ramp > 0 && ramp < 1 && rng_.uniform() >= ramp;
    }
    return *candidate.held_back;
}

std::optional<std::size_t> AttemptPlanner::choose(TimePoint now) {
    if (last_failed_ < candidates_.size()) {
        const Candidate& failed = candidates_[last_failed_];
        const Standing standing = this->standing(failed, now);
        const bool may_be_asked = standing == Standing::ready || standing == Standing::demoted;
        if (failed.repeat && !failed.excluded && may_be_asked) return last_failed_;
    }
    std::optional<std::size_t> held_back;
    std::optional<std::size_t> demoted;
    std::optional<std::size_t> soonest;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
        Candidate& candidate = candidates_[i];
        if (candidate.excluded) continue;
        const Standing standing = this->standing(candidate, now);
        if (standing == Standing::open) continue;
        if (candidate.tries == 0 && standing == Standing::ready) {
            if (!is_held_back(candidate, now)) return i;
            if (!held_back) held_back = i;
        } else if (candidate.tries == 0 && standing == Standing::demoted) {
            if (!demoted) demoted = i;
        } else if (!soonest || soonest_try(candidate, now) < soonest_try(candidates_[*soonest], now)) {
            soonest = i;
        }
    }
    if (held_back) return held_back;
    if (demoted) return demoted;
    return soonest ? soonest : choose_in_panic(now);
}

// Refusing everybody would make of half a provider none.
std::optional<std::size_t> AttemptPlanner::choose_in_panic(TimePoint now) {
    if (attempts_ > 0) return std::nullopt;
    std::optional<std::size_t> best;
    double share = 0;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
        if (candidates_[i].excluded || candidates_[i].health == nullptr) continue;
        const double likely = candidates_[i].health->success_share(now);
        if (likely > share) {
            best = i;
            share = likely;
        }
    }
    return best && rng_.uniform() < 2 * share ? best : std::nullopt;
}

void AttemptPlanner::on_failure(const Try& tried, Error error, TimePoint now, OtherCredential other) {
    last_failed_ = static_cast<std::uint32_t>(tried.candidate);
    Candidate& failed = candidates_[tried.candidate];
    const bool other_credential = other == OtherCredential::here && may_take_other_credential(error, now);
    if (failed.health != nullptr) {
        // With another credential the deployment is as good as before.
        if (other_credential || other == OtherCredential::for_others) {
            failed.health->on_abandoned(tried.ticket, now);
        } else {
            failed.health->on_failure(tried.ticket, error, false, policies_.breaker, now, rng_);
        }
    }
    judge(failed, error, now);
    if (other_credential) {
        failed.excluded = false;
        failed.repeat = true;
        failed.other_credential = true;
        failed.not_before = now;
    }
    if (!client_error_ && is_client_fault(error.kind)) client_error_ = error;
    if (!first_error_) first_error_ = std::move(error);
}

// Who lacks a permission is not left out for other requests, so that each of them would use up its attempts on keys of
// an account that has it with none.
bool AttemptPlanner::may_take_other_credential(const Error& error, TimePoint now) const noexcept {
    if (error.kind != ErrorKind::upstream_permission) return true;
    const bool others = std::ranges::any_of(candidates_, [&](const Candidate& other) {
        if (other.tries > 0 || other.excluded) return false;
        // Nobody waits for one that rests, while a key is there to be asked with.
        const Standing stands = standing(other, now);
        return stands == Standing::ready || stands == Standing::demoted;
    });
    return policies_.retry.attempts - (attempts_ - hedges_) > (others ? 1 : 0);
}

// What a failure means for the attempts that may follow.
void AttemptPlanner::judge(Candidate& failed, const Error& error, TimePoint now) {
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
}

void AttemptPlanner::on_refusal(const Try& refused, Error error, TimePoint now) {
    --attempts_;
    Candidate& candidate = candidates_[refused.candidate];
    if (candidate.health != nullptr) candidate.health->on_refused(refused.ticket, now);
    if (refused.reason == AttemptReason::hedge) {
        // Says nothing about the attempt beside which it would have been, which may be on the same deployment.
        --hedges_;
        --candidate.tries;
        hedge_budget_.give_back();
        return;
    }
    paid_ = token_spent_;  // pays for the next one instead
    candidate.excluded = true;
    if (!refusal_) refusal_ = std::move(error);
}

void AttemptPlanner::on_busy(const Try& refused, Error error, TimePoint now) {
    on_refusal(refused, std::move(error), now);
    if (refused.reason == AttemptReason::hedge) return;
    Candidate& candidate = candidates_[refused.candidate];
    --candidate.tries;
    candidate.busy = true;
}

void AttemptPlanner::on_broken_request(const Try& tried, Error error, TimePoint now) {
    const Candidate& candidate = candidates_[tried.candidate];
    if (candidate.health != nullptr) candidate.health->on_abandoned(tried.ticket, now);
    client_error_ = std::move(error);
    ended_ = true;
}

bool AttemptPlanner::is_crowded_out() const noexcept {
    return attempts_ == 0 && !first_error_ && std::ranges::any_of(candidates_, &Candidate::busy);
}

std::vector<const Deployment*> AttemptPlanner::readmit() {
    std::vector<const Deployment*> busy;
    for (Candidate& candidate : candidates_) {
        if (!std::exchange(candidate.busy, false)) continue;
        candidate.excluded = false;
        busy.push_back(candidate.deployment);
    }
    if (busy.empty()) return busy;
    refusal_.reset();
    ended_ = false;
    return busy;
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

}  // namespace breakwater
