#pragma once

#include "breakwater/base/clock.hpp"

namespace breakwater {

/// Token bucket for extra attempts: every first attempt earns `share` of a token, time earns `floor_per_second`; every
/// retry takes one. Bounds a retry storm to (1 + share) times the load plus the floor. One per route and worker; not
/// thread-safe.
class RetryBudget {
public:
    RetryBudget(double share, double floor_per_second) noexcept;
    void on_request(TimePoint now) noexcept;
    /// Takes a token if there is one.
    bool try_take(TimePoint now) noexcept;
    /// What a token was taken for was not done.
    void give_back() noexcept;
    [[nodiscard]] double tokens(TimePoint now) noexcept;

private:
    void refill(TimePoint now) noexcept;
    double share_;
    double floor_;
    double tokens_;
    double tokens_max_;
    TimePoint last_{};
    bool started_ = false;
};

}  // namespace breakwater
