#include "breakwater/routing/adaptive_limit.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace breakwater {
namespace {

constexpr double kStart = 20;
/// Latency that is no sign of a queue, in units of the least: answers differ by more than load.
constexpr double kTolerance = 1.5;
constexpr double kGradientLeast = 0.5;
/// Of the way to where the gradient points, for each window.
constexpr double kStep = 0.25;
constexpr double kLatencySmoothing = 1.0 / 4;
constexpr std::chrono::minutes kGeneration{5};
constexpr double kOverloadFall = 0.8;
constexpr std::chrono::seconds kOverloadPause{1};

}  // namespace

AdaptiveLimit::AdaptiveLimit(Bounds bounds) noexcept : bounds_(bounds), limit_(0) {
    set(kStart);
}

void AdaptiveLimit::set(double limit) noexcept {
    const double most = std::max(bounds_.most, bounds_.least);
    limit_ = std::clamp(limit, static_cast<double>(std::max<std::uint32_t>(bounds_.least, 1)), most);
}

void AdaptiveLimit::on_first_content(bool stream, SizeClass size, Duration latency, std::uint32_t in_flight,
                                     TimePoint now) noexcept {
    if (now - generation_begun_ >= kGeneration) look_again(now);
    busiest_ = std::max(busiest_, in_flight);
    if (!stream) {
        if (++wholes_ >= kWindow && seen_ == 0) move(1);
        return;
    }
    Baseline& baseline = baselines_[static_cast<std::size_t>(size)];
    ratios_[seen_] = note_latency(baseline, std::max(std::chrono::duration<double>(latency).count(), 1e-6));
    if (++seen_ < kWindow) return;
    // The median: a slow answer now and then is how providers are.
    std::ranges::nth_element(ratios_, ratios_.begin() + kWindow / 2);
    move(ratios_[kWindow / 2]);
}

// How much longer than the least it took.
double AdaptiveLimit::note_latency(Baseline& baseline, double seconds) noexcept {
    const bool first = baseline.smoothed == 0;
    baseline.smoothed = first ? seconds : baseline.smoothed + (seconds - baseline.smoothed) * kLatencySmoothing;
    baseline.least = baseline.least == 0 ? baseline.smoothed : std::min(baseline.least, baseline.smoothed);
    const double least = baseline.least_before == 0 ? baseline.least : std::min(baseline.least, baseline.least_before);
    return seconds / least;
}

// Under constant load the least would become that of a server with a queue.
void AdaptiveLimit::look_again(TimePoint now) noexcept {
    const bool begun = generation_begun_ != TimePoint{};
    generation_begun_ = now;
    if (!begun) return;
    for (Baseline& baseline : baselines_) baseline = {.least_before = baseline.least};
    set(limit_ / 2);
    seen_ = 0;
}

void AdaptiveLimit::move(double ratio) noexcept {
    seen_ = wholes_ = 0;
    const std::uint32_t busiest = std::exchange(busiest_, 0);
    const double gradient = std::clamp(kTolerance / ratio, kGradientLeast, 1.0);
    const double target = limit_ * gradient + std::sqrt(limit_);
    // What is not used says nothing of whether more would be served.
    if (target > limit_ && busiest * 2 < limit_) return;
    set(limit_ + (target - limit_) * kStep);
}

void AdaptiveLimit::on_overload(TimePoint now) noexcept {
    if (now - fell_at_ < kOverloadPause) return;
    fell_at_ = now;
    set(limit_ * kOverloadFall);
}

}  // namespace breakwater
