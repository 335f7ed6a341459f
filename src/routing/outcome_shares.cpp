#include "breakwater/routing/outcome_shares.hpp"

#include <algorithm>
#include <cmath>

namespace breakwater {
namespace {

constexpr double kWindowSeconds = 300;
/// What has faded to less than this is gone.
constexpr float kLeast = 0.05F;

}  // namespace

double OutcomeShares::left(Duration age) noexcept {
    return std::exp(-std::max(std::chrono::duration<double>(age).count(), 0.0) / kWindowSeconds);
}

void OutcomeShares::fade_to(TimePoint now) noexcept {
    const double share = left(now - faded_at_);
    attempts_ *= share;
    for (float& count : failures_) count *= static_cast<float>(share);
    faded_at_ = now;
}

void OutcomeShares::add(const OutcomeShares& other, TimePoint now) noexcept {
    fade_to(now);
    const double share = left(now - other.faded_at_);
    attempts_ += other.attempts_ * share;
    for (std::size_t i = 0; i < failures_.size(); ++i)
        failures_.at(i) += other.failures_.at(i) * static_cast<float>(share);
}

double OutcomeShares::attempts(TimePoint now) const noexcept {
    return attempts_ * left(now - faded_at_);
}

std::vector<std::pair<ErrorKind, double>> OutcomeShares::shares() const {
    std::vector<std::pair<ErrorKind, double>> shares;
    for (std::size_t i = 0; i < failures_.size(); ++i) {
        if (failures_.at(i) < kLeast || attempts_ <= 0) continue;
        shares.emplace_back(static_cast<ErrorKind>(i), std::min(failures_.at(i) / attempts_, 1.0));
    }
    return shares;
}

}  // namespace breakwater
