#include "breakwater/routing/deployment_health.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace breakwater {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Longest pause that a provider can impose; what it asks for beyond that is asked again meanwhile.
constexpr seconds kCoolingMax{60};
constexpr seconds kCoolingMin{1};
/// Time after a failure that only an operator repairs, until requests find out whether that has happened.
constexpr seconds kDemotion{60};
/// Time after a refusal to go on with an answer, until the capability map is believed again.
constexpr std::chrono::minutes kContinuingRefused{10};
/// What an error adds to the peak latency, so that who fails fast attracts nothing.
constexpr double kErrorLatency = 5;
/// A deadline that passes after so long without content is a fault where nothing is known of how long answers take.
constexpr seconds kSilence{60};
constexpr seconds kSilenceLeast{5};
constexpr double kPeakDecaySeconds = 10;
constexpr double kSmoothing = 1.0 / 16;
constexpr double kLateSmoothing = 1.0 / 16;
/// A failure after the client had content is the provider's, but it did serve.
constexpr double kLateFailureWeight = 0.5;

/// What an error says about the deployment.
enum class Verdict : std::uint8_t {
    failed,    ///< the provider's fault, likely to happen again
    limited,   ///< asked too often
    demoted,   ///< works only after an operator has done something
    answered,  ///< it works; the request was at fault
    none,      ///< nothing
};

Verdict verdict(const Error& error) noexcept {
    switch (error.kind) {
        case ErrorKind::overloaded:
        case ErrorKind::upstream_dns:
        case ErrorKind::upstream_connect:
        case ErrorKind::upstream_tls:
        case ErrorKind::upstream_stalled:
        case ErrorKind::upstream_truncated:
        case ErrorKind::upstream_error:
            return Verdict::failed;
        case ErrorKind::upstream_invalid:
            // What is too long for us is no fault of the provider.
            return error.code == "answer_too_long_to_hold" ? Verdict::none : Verdict::failed;
        case ErrorKind::upstream_timeout:
            // The client's patience may be shorter than any provider's answer.
            return error.code == "deadline_exceeded" ? Verdict::none : Verdict::failed;
        case ErrorKind::rate_limited:
            return Verdict::limited;
        case ErrorKind::quota_exhausted:
        case ErrorKind::upstream_auth:
        case ErrorKind::upstream_permission:
        case ErrorKind::upstream_billing:
        case ErrorKind::upstream_model_missing:
            return Verdict::demoted;
        case ErrorKind::invalid_request:
        case ErrorKind::unsupported_parameter:
        case ErrorKind::context_length:
        case ErrorKind::content_policy:
        case ErrorKind::request_too_large:
            return Verdict::answered;
        case ErrorKind::unauthorized:
        case ErrorKind::forbidden:
        case ErrorKind::not_found:
        case ErrorKind::model_not_found:
        case ErrorKind::method_not_allowed:
        case ErrorKind::unsupported_media_type:
        case ErrorKind::request_timeout:
        case ErrorKind::constraint_unmet:
        case ErrorKind::shutting_down:
        case ErrorKind::cancelled:
        case ErrorKind::internal:
            return Verdict::none;
    }
    return Verdict::none;
}

std::int64_t ticks(TimePoint at) noexcept {
    return Duration(at.time_since_epoch()).count();
}

TimePoint at_ticks(std::int64_t ticks) noexcept {
    return TimePoint(Duration(ticks));
}

void raise(std::atomic<std::int64_t>& until, TimePoint to) noexcept {
    std::int64_t seen = until.load(std::memory_order_relaxed);
    while (seen < ticks(to) && !until.compare_exchange_weak(seen, ticks(to), std::memory_order_relaxed)) {
    }
}

void blend(double& mean, double value, double share) noexcept {
    mean += (value - mean) * share;
}

}  // namespace

std::string_view to_string(DeploymentHealth::Standing standing) noexcept {
    using Standing = DeploymentHealth::Standing;
    switch (standing) {
        case Standing::ready:
            return "ready";
        case Standing::demoted:
            return "needs_operator";
        case Standing::spent:
            return "rate_limit_headers";
        case Standing::cooling:
            return "cooling_down";
        case Standing::open:
            return "circuit_open";
    }
    return "ready";
}

TimePoint DeploymentHealth::cooling_until() const noexcept {
    return at_ticks(shared_.cooling_until.load(std::memory_order_relaxed));
}

DeploymentHealth::Standing DeploymentHealth::standing(const config::Breaker& policy, TimePoint now,
                                                      std::int64_t prompt_tokens) const noexcept {
    if (!policy.enabled) return Standing::ready;
    const Circuit::State state = circuit_.state(now);
    if (state == Circuit::State::open || state == Circuit::State::probing) return Standing::open;
    if (state == Circuit::State::probe_due && shared_.next_probe.load(std::memory_order_relaxed) > ticks(now)) {
        return Standing::open;  // another worker has just probed
    }
    if (cooling_until() > now) return Standing::cooling;
    if (limited_until(prompt_tokens, now) > now) return Standing::spent;
    if (shared_.demoted_until.load(std::memory_order_relaxed) > ticks(now)) return Standing::demoted;
    return Standing::ready;
}

DeploymentHealth::Ticket DeploymentHealth::begin(const config::Breaker& policy, TimePoint now) noexcept {
    const bool counted = shared_.limits.requests.take();
    if (!policy.enabled || circuit_.state(now) != Circuit::State::probe_due) return {.begun = now, .counted = counted};
    std::int64_t seen = shared_.next_probe.load(std::memory_order_relaxed);
    const bool claimed = seen <= ticks(now) && shared_.next_probe.compare_exchange_strong(seen, ticks(now + seconds(1)),
                                                                                          std::memory_order_relaxed);
    if (!claimed) return {.begun = now, .counted = counted};
    circuit_.begin_probe(now);
    return {.begun = now, .probe = true, .counted = counted};
}

void DeploymentHealth::add(Digests& digests, SizeClass size, Duration value, TimePoint now) noexcept {
    auto& slot = digests[static_cast<std::size_t>(size)];
    if (!slot) slot = std::make_unique<LatencyDigest>();
    slot->add(value, now);
}

void DeploymentHealth::on_first_content(Ticket ticket, bool stream, SizeClass size, Duration latency,
                                        TimePoint now) noexcept {
    add(stream ? first_tokens_ : wholes_, size, latency, now);
    if (shared_.concurrency.adapts()) {
        shared_.concurrency.on_first_content(stream, size, latency, shared_.in_flight.load(std::memory_order_relaxed),
                                             now);
    }
    note_peak(latency, now);
    outcomes_.on_success(now);
    circuit_.on_success(is_current_probe(ticket), now);
    tell_circuit();
    rate_limits_in_row_ = 0;
}

void DeploymentHealth::on_continuing_refused(TimePoint now) noexcept {
    raise(shared_.no_continuing_until, now + kContinuingRefused);
}

bool DeploymentHealth::refuses_continuing(TimePoint now) const noexcept {
    return shared_.no_continuing_until.load(std::memory_order_relaxed) > ticks(now);
}

void DeploymentHealth::on_complete(const Usage* usage, Duration streaming) noexcept {
    if (usage == nullptr) return;
    if (usage->output && *usage->output > 1 && streaming > milliseconds(1)) {
        const double rate = static_cast<double>(*usage->output) / std::chrono::duration<double>(streaming).count();
        blend(tokens_per_second_, rate, tokens_per_second_ == 0 ? 1 : kSmoothing);
    }
    const std::optional<std::int64_t> prompt = usage->prompt_total();
    if (prompt && *prompt > 0 && usage->cache_read) {
        const double share = static_cast<double>(*usage->cache_read) / static_cast<double>(*prompt);
        blend(cached_share_, share, cached_share_ < 0 ? 1 : kSmoothing);
    }
}

void DeploymentHealth::on_failure(Ticket ticket, const Error& error, bool after_content, const config::Breaker& policy,
                                  TimePoint now, Rng& rng) noexcept {
    const bool refused = error.kind == ErrorKind::rate_limited || error.kind == ErrorKind::overloaded;
    if (refused && shared_.concurrency.adapts()) shared_.concurrency.on_overload(now);
    outcomes_.on_failure(error.kind, after_content, now);
    Verdict says = verdict(error);
    if (error.code == "deadline_exceeded" && !after_content && has_waited_long(ticket, now)) says = Verdict::failed;
    switch (says) {
        case Verdict::failed:
            last_failure_ = error.kind;
            note_peak(Duration(static_cast<Duration::rep>(kErrorLatency * 1e9)), now);
            circuit_.on_failure(is_current_probe(ticket), after_content ? kLateFailureWeight : 1, policy, now, rng);
            tell_circuit();
            return;
        case Verdict::limited:
            cool_down(error.retry_after, now, rng);
            break;
        case Verdict::demoted:
            raise(shared_.demoted_until, now + kDemotion);
            break;
        case Verdict::answered:
            circuit_.on_success(is_current_probe(ticket), now);
            tell_circuit();
            return;
        case Verdict::none:
            break;
    }
    on_abandoned(ticket, now);
}

// The deadline is the only timer of a whole answer, so that a server which swallows requests is told by it alone: it is
// at fault when it had far longer than its answers take.
bool DeploymentHealth::has_waited_long(Ticket ticket, TimePoint now) const noexcept {
    if (ticket.begun == TimePoint{}) return false;
    std::optional<Duration> longest;
    for (const auto& digest : wholes_) {
        const auto p95 = digest ? digest->quantile(0.95, now) : std::nullopt;
        if (p95 && (!longest || *p95 > *longest)) longest = p95;
    }
    return now - ticket.begun >= (longest ? std::max<Duration>(*longest * 4, kSilenceLeast) : Duration(kSilence));
}

void DeploymentHealth::tell_circuit() noexcept {
    const bool open = !circuit_.is_closed();
    if (std::exchange(told_open_, open) == open) return;
    if (open) {
        shared_.circuits_open.fetch_add(1, std::memory_order_relaxed);
        shared_.times_opened.fetch_add(1, std::memory_order_relaxed);
    } else {
        shared_.circuits_open.fetch_sub(1, std::memory_order_relaxed);
    }
}

void DeploymentHealth::on_refused(Ticket ticket, TimePoint now) noexcept {
    if (ticket.counted) shared_.limits.requests.give_back();
    on_abandoned(ticket, now);
}

void DeploymentHealth::on_abandoned(Ticket ticket, TimePoint now) noexcept {
    if (is_current_probe(ticket)) circuit_.on_probe_abandoned(now);
}

void DeploymentHealth::cool_down(std::optional<milliseconds> asked, TimePoint now, Rng& rng) noexcept {
    Duration pause = kCoolingMax;
    if (asked) {
        pause = std::clamp<Duration>(*asked, Duration::zero(), kCoolingMax);
    } else {
        const double doubled = std::ldexp(static_cast<double>(Duration(kCoolingMin).count()), rate_limits_in_row_);
        pause = std::min(pause, Duration(static_cast<Duration::rep>(doubled * (1 - 0.25 * rng.uniform()))));
        rate_limits_in_row_ = std::min(rate_limits_in_row_ + 1, 6);
    }
    raise(shared_.cooling_until, now + pause);
}

const LatencyDigest& DeploymentHealth::digest(bool stream, SizeClass size) const noexcept {
    static const LatencyDigest kNone;
    const auto& slot = (stream ? first_tokens_ : wholes_)[static_cast<std::size_t>(size)];
    return slot ? *slot : kNone;
}

std::optional<Duration> DeploymentHealth::hedge_after(bool stream, SizeClass size, TimePoint now) const noexcept {
    const LatencyDigest& seen = digest(stream, size);
    const auto p95 = seen.quantile(0.95, now);
    if (!p95) return std::nullopt;
    const Duration near_half = *seen.quantile(0.5, now) * 5 / 4;
    return std::clamp(near_half, *seen.quantile(0.9, now), *p95);
}

std::optional<DeploymentHealth::Spread> DeploymentHealth::spread(bool stream, SizeClass size,
                                                                 TimePoint now) const noexcept {
    constexpr std::uint64_t kSamplesMin = 40;
    const LatencyDigest& seen = digest(stream, size);
    if (seen.samples(now) < kSamplesMin) return std::nullopt;
    const Duration p95 = *seen.quantile(0.95, now);
    return Spread{p95 - *seen.quantile(0.5, now), p95};
}

void DeploymentHealth::add_to(HealthSum& sum, TimePoint now) const {
    for (std::size_t i = 0; i < kSizeClasses; ++i) {
        if (first_tokens_[i]) sum.first_tokens[i].add(*first_tokens_[i], now);
        if (stream_totals_[i]) sum.stream_totals[i].add(*stream_totals_[i], now);
        if (wholes_[i]) sum.wholes[i].add(*wholes_[i], now);
    }
    sum.gaps.add(gaps_, now);
    sum.outcomes.add(outcomes_, now);
    const auto mean = [](std::optional<double>& of_all, int& workers, double value) {
        ++workers;
        of_all = of_all.value_or(0) + (value - of_all.value_or(0)) / workers;
    };
    if (tokens_per_second_ > 0) mean(sum.tokens_per_second, sum.rates, tokens_per_second_);
    if (cached_share_ >= 0) mean(sum.cached_share, sum.caches, cached_share_);
    sum.workers.push_back({.circuit = circuit_.state(now),
                           .probe_in = circuit_.is_closed()
                                           ? Duration::zero()
                                           : std::max<Duration>(circuit_.probe_at() - now, Duration(0)),
                           .ramp = circuit_.ramp(now),
                           .last_failure = last_failure()});
}

void DeploymentHealth::on_hedge_time(bool late) noexcept {
    blend(late_share_, late ? 1 : 0, kLateSmoothing);
}

double DeploymentHealth::peak_share_left(TimePoint now) const noexcept {
    return std::exp(-std::chrono::duration<double>(now - peak_at_).count() / kPeakDecaySeconds);
}

void DeploymentHealth::note_peak(Duration latency, TimePoint now) noexcept {
    const double value = std::chrono::duration<double>(latency).count();
    // Within so short a time it has not decayed to speak of.
    if (value <= peak_ && now - peak_at_ < milliseconds(100)) return;
    peak_ = value > peak_ ? value : value + (peak_ - value) * peak_share_left(now);
    peak_at_ = now;
}

LiveFigures DeploymentHealth::figures(const config::Breaker& policy, SizeClass size, TimePoint now) const noexcept {
    const LatencyDigest& seen = digest(true, size);
    LiveFigures figures;
    figures.samples = seen.samples(now);
    figures.first_token_p50 = seen.quantile(0.5, now);
    figures.first_token_p95 = seen.quantile(0.95, now);
    figures.gap_p95 = gaps_.quantile(0.95, now);
    if (tokens_per_second_ > 0) figures.tokens_per_second = tokens_per_second_;
    if (cached_share_ >= 0) figures.cached_share = cached_share_;
    figures.error_share = circuit_.error_share(now);
    figures.in_flight = shared_.in_flight.load(std::memory_order_relaxed);
    figures.peak_latency = Duration(static_cast<Duration::rep>(peak_ * peak_share_left(now) * 1e9));
    const Standing standing = this->standing(policy, now);
    figures.available = standing == Standing::ready;
    figures.ramp = policy.enabled ? circuit_.ramp(now) : 1;
    return figures;
}

}  // namespace breakwater
