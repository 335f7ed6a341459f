#include "breakwater/routing/circuit.hpp"

#include <algorithm>
#include <cmath>

namespace breakwater {
namespace {

constexpr std::chrono::seconds kRamp{10};
constexpr double kRampLeast = 0.1;
/// A probe that says nothing for as long as this no longer keeps others from probing.
constexpr std::chrono::seconds kProbePatience{60};

double seconds(Duration span) noexcept {
    return std::chrono::duration<double>(span).count();
}

}  // namespace

Circuit::State Circuit::state(TimePoint now) const noexcept {
    if (closed_) return State::closed;
    if (probing_ && now - probe_begun_ < kProbePatience) return State::probing;
    return now >= probe_at_ ? State::probe_due : State::open;
}

void Circuit::begin_probe(TimePoint now) noexcept {
    probing_ = true;
    probe_begun_ = now;
}

void Circuit::on_success(bool probe, TimePoint now) noexcept {
    if (!closed_ && probe) {
        closed_ = true;
        probing_ = false;
        was_open_ = true;
        closed_at_ = now;
        attempts_ = failures_ = 0;
    }
    fade(now, window_);
    attempts_ += 1;
    consecutive_ = 0;
}

void Circuit::on_failure(bool probe, double weight, const config::Breaker& policy, TimePoint now, Rng& rng) noexcept {
    fade(now, policy.window);
    attempts_ += 1;
    failures_ += weight;
    if (weight >= 1) ++consecutive_;
    if (!closed_) {
        // One that began before the circuit opened says nothing about now.
        if (probe) open(policy, now, rng);
        return;
    }
    if (!policy.enabled) return;
    const bool too_many = attempts_ >= policy.min_requests - 0.5 && failures_ >= attempts_ * policy.errors;
    if (too_many || consecutive_ >= policy.consecutive) open(policy, now, rng);
}

void Circuit::on_probe_abandoned(TimePoint now) noexcept {
    if (closed_) return;
    probing_ = false;
    probe_at_ = now;
}

void Circuit::open(const config::Breaker& policy, TimePoint now, Rng& rng) noexcept {
    closed_ = false;
    probing_ = false;
    const double jitter = 0.8 + 0.2 * rng.uniform();
    probe_at_ =
        now + Duration(static_cast<Duration::rep>(static_cast<double>(Duration(policy.probe_after).count()) * jitter));
}

double Circuit::error_share(TimePoint now) const noexcept {
    // Hardly anything happens behind an open circuit, so what was seen last stands.
    if (!closed_) return attempts_ > 0 ? std::min(failures_ / attempts_, 1.0) : 1.0;
    const double left = std::exp(-seconds(std::max(now - faded_at_, Duration::zero())) / seconds(window_));
    // What has faded to less than one attempt is no longer an opinion.
    return attempts_ * left < 0.5 ? 0 : std::min(failures_ / attempts_, 1.0);
}

double Circuit::ramp(TimePoint now) const noexcept {
    if (!closed_) return 0;
    if (!was_open_) return 1;
    const double grown = seconds(now - closed_at_) / seconds(kRamp);
    return std::clamp(kRampLeast + (1 - kRampLeast) * grown, kRampLeast, 1.0);
}

void Circuit::fade(TimePoint now, Duration window) noexcept {
    // In steps, because most attempts follow the one before at once.
    if (now - faded_at_ > window / 64) {
        const double left = std::exp(-seconds(now - faded_at_) / seconds(window));
        attempts_ *= left;
        failures_ *= left;
        faded_at_ = now;
    }
    window_ = window;
}

}  // namespace breakwater
