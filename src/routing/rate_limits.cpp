#include "breakwater/routing/rate_limits.hpp"

#include <chrono>

namespace breakwater {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
/// No header keeps requests away for longer.
constexpr std::chrono::minutes kAwayMax{1};
/// A later reset is as good as never, and must not overflow.
constexpr std::chrono::hours kResetMax{24 * 31};

TimePoint at_ticks(std::int64_t ticks) noexcept {
    return TimePoint(Duration(ticks));
}

}  // namespace

void SharedAllowance::note(const Allowance& said, TimePoint now) noexcept {
    if (!said.remaining) return;
    left_.store(std::max<std::int64_t>(*said.remaining, 0), kRelaxed);
    limit_.store(said.limit.value_or(0), kRelaxed);
    refills_.store(said.refills, kRelaxed);
    told_at_.store(ticks(now), kRelaxed);
    resets_at_.store(said.reset ? ticks(now + std::clamp<Duration>(*said.reset, Duration::zero(), kResetMax)) : 0,
                     kRelaxed);
}

TimePoint SharedAllowance::refilled_at(std::int64_t need, TimePoint now) const noexcept {
    const std::int64_t left = left_.load(kRelaxed);
    const std::int64_t limit = limit_.load(kRelaxed);
    if (left >= need || (limit > 0 && need > limit)) return now;
    const TimePoint told = at_ticks(told_at_.load(kRelaxed));
    const Duration reset = at_ticks(resets_at_.load(kRelaxed)) - told;
    const bool partly = refills_.load(kRelaxed) && limit > left;
    const double share = partly ? static_cast<double>(need - left) / static_cast<double>(limit - left) : 1.0;
    const Duration wait(static_cast<Duration::rep>(share * static_cast<double>(reset.count())));
    return told + std::clamp<Duration>(wait, Duration::zero(), kAwayMax);
}

std::optional<SharedAllowance::Figures> SharedAllowance::figures(TimePoint now) const noexcept {
    const std::int64_t left = left_.load(kRelaxed);
    if (told_at_.load(kRelaxed) == 0) return std::nullopt;
    Figures figures;
    figures.remaining = std::max<std::int64_t>(left, 0);
    if (const std::int64_t limit = limit_.load(kRelaxed); limit > 0) figures.limit = limit;
    figures.reset = std::max<Duration>(at_ticks(resets_at_.load(kRelaxed)) - now, Duration::zero());
    return figures;
}

}  // namespace breakwater
