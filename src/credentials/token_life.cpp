#include "breakwater/credentials/token_life.hpp"

#include <algorithm>
#include <cmath>

namespace breakwater {

namespace {

using std::chrono::seconds;

constexpr seconds kRenewBeforeEnd{300};
/// A request that begins just before a token's end must still arrive with it.
constexpr seconds kTravelTime{10};
/// Longer lives than this are not believed: the clocks of years overflow nothing, and nobody gives such tokens.
constexpr seconds kLifeMax = std::chrono::hours(24 * 365);
constexpr seconds kBackoffMax{60};
constexpr seconds kRefusalPause{60};

}  // namespace

TokenLife::Move TokenLife::ask(TimePoint now) const noexcept {
    const bool may_try = now >= next_try_;
    if (now < usable_until_) return now < renew_at_ || fetching_ || !may_try ? Move::use : Move::renew;
    if (fetching_) return Move::wait;
    return may_try ? Move::fetch : Move::fail;
}

void TokenLife::on_fetched(TimePoint now, seconds life) noexcept {
    fetching_ = false;
    failures_ = 0;
    next_try_ = now;
    life = std::clamp(life, seconds(0), kLifeMax);
    usable_until_ = now + life - std::min(kTravelTime, life / 20);
    renew_at_ = now + std::max(life * 4 / 5, life - kRenewBeforeEnd);
}

void TokenLife::on_failed(TimePoint now, Rng& rng) noexcept {
    fetching_ = false;
    const double longest = std::min(std::ldexp(1.0, std::min(failures_, 30)), static_cast<double>(kBackoffMax.count()));
    ++failures_;
    const std::chrono::duration<double> pause(longest * (1.0 - 0.25 * rng.uniform()));
    next_try_ = now + std::chrono::duration_cast<Duration>(pause);
}

bool TokenLife::on_refused(TimePoint now) noexcept {
    if (refused_at_ && now - *refused_at_ < kRefusalPause) return false;
    refused_at_ = now;
    usable_until_ = TimePoint::min();
    return true;
}

Duration TokenLife::pause(TimePoint now) const noexcept {
    return now >= next_try_ ? Duration::zero() : Duration(next_try_ - now);
}

}  // namespace breakwater
