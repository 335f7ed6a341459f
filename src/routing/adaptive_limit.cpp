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
/// Of a latency: less than that is no chance.
constexpr double kFaster = 0.8;
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
    if (generation_begun_ == TimePoint{}) generation_begun_ = now;
    if (now - generation_begun_ >= kGeneration) step_down(now);
    busiest_ = std::max(busiest_, in_flight);
    if (!stream) {
        if (++wholes_ >= kWindow && seen_ == 0) move(1, now);
        return;
    }
    // It was asked with more beside it than there are now.
    if (looking_ && now - latency < stepped_at_) return;
    Baseline& baseline = baselines_[static_cast<std::size_t>(size)];
    ratios_[seen_] = note_latency(baseline, std::max(std::chrono::duration<double>(latency).count(), 1e-6));
    if (++seen_ < kWindow) return;
    // The median: a slow answer now and then is how providers are.
    std::ranges::nth_element(ratios_, ratios_.begin() + kWindow / 2);
    move(ratios_[kWindow / 2], now);
}

// How much longer than the least it took.
double AdaptiveLimit::note_latency(Baseline& baseline, double seconds) noexcept {
    const bool first = baseline.smoothed == 0;
    baseline.smoothed = first ? seconds : baseline.smoothed + (seconds - baseline.smoothed) * kLatencySmoothing;
    baseline.least = baseline.least == 0 ? baseline.smoothed : std::min(baseline.least, baseline.smoothed);
    const double least = baseline.least_before == 0 ? baseline.least : std::min(baseline.least, baseline.least_before);
    return seconds / least;
}

// Under constant load the least would be that of a server with a queue.
void AdaptiveLimit::step_down(TimePoint now) noexcept {
    generation_begun_ = stepped_at_ = now;
    for (Baseline& baseline : baselines_)
        baseline = {.least_before = baseline.least > 0 ? baseline.least : baseline.least_before};
    looked_ = looking_ = true;
    before_step_ = limit_;
    set(limit_ / 2);
    seen_ = wholes_ = 0;
}

void AdaptiveLimit::end_step(TimePoint now) noexcept {
    const bool faster = std::ranges::any_of(
        baselines_, [](const Baseline& each) { return each.least > 0 && each.least < kFaster * each.least_before; });
    if (faster && limit_ > bounds_.least) return step_down(now);
    looking_ = false;
    if (!faster) set(before_step_);
}

void AdaptiveLimit::move(double ratio, TimePoint now) noexcept {
    seen_ = wholes_ = 0;
    const std::uint32_t busiest = std::exchange(busiest_, 0);
    if (looking_) return end_step(now);
    if (!std::exchange(looked_, true) && busiest * 2 >= limit_) return step_down(now);
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
