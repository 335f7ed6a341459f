#include "breakwater/routing/retry_budget.hpp"

#include <algorithm>
#include <chrono>

namespace breakwater {
namespace {

/// The bucket remembers about this much calm time: enough to ride out a blip, too little to feed a storm.
constexpr double kWindowSeconds = 10;
/// Room for what requests earn when the floor is zero or small.
constexpr double kTokensMaxLeast = 10;

}  // namespace

RetryBudget::RetryBudget(double share, double floor_per_second) noexcept
    : share_(share),
      floor_(floor_per_second),
      tokens_(floor_per_second),
      tokens_max_(std::max(floor_per_second * kWindowSeconds, kTokensMaxLeast)) {}

void RetryBudget::on_request(TimePoint now) noexcept {
    refill(now);
    tokens_ = std::min(tokens_ + share_, tokens_max_);
}

bool RetryBudget::try_take(TimePoint now) noexcept {
    refill(now);
    // Five shares of 0.2 make a token, whatever binary fractions make of them.
    if (tokens_ < 1.0 - 1e-9) return false;
    tokens_ = std::max(tokens_ - 1.0, 0.0);
    return true;
}

void RetryBudget::give_back() noexcept {
    tokens_ = std::min(tokens_ + 1.0, tokens_max_);
}

double RetryBudget::tokens(TimePoint now) noexcept {
    refill(now);
    return tokens_;
}

void RetryBudget::refill(TimePoint now) noexcept {
    if (started_ && now > last_) {
        const double seconds = std::chrono::duration<double>(now - last_).count();
        tokens_ = std::min(tokens_ + seconds * floor_, tokens_max_);
    }
    last_ = started_ ? std::max(last_, now) : now;
    started_ = true;
}

}  // namespace breakwater
