#pragma once

#include <array>
#include <cstddef>
#include <utility>
#include <vector>

#include "breakwater/base/clock.hpp"
#include "breakwater/base/error.hpp"

namespace breakwater {

/// How many of the attempts of the last minutes failed, and in which way; older ones fade. Single-threaded.
class OutcomeShares {
public:
    /// An attempt had content, or failed without any.
    void on_success(TimePoint now) noexcept {
        fade(now);
        attempts_ += 1;
    }
    /// `counted`: it was taken for a success before.
    void on_failure(ErrorKind kind, bool counted, TimePoint now) noexcept {
        fade(now);
        if (!counted) attempts_ += 1;
        failures_.at(static_cast<std::size_t>(kind)) += 1;
    }
    /// Adds what another worker has seen.
    void add(const OutcomeShares& other, TimePoint now) noexcept;
    /// Attempts, as far as they have not faded.
    [[nodiscard]] double attempts(TimePoint now) const noexcept;
    /// Of those: the share of each kind of failure that there was, 0..1.
    [[nodiscard]] std::vector<std::pair<ErrorKind, double>> shares() const;

private:
    void fade(TimePoint now) noexcept {
        if (now - faded_at_ > std::chrono::seconds(5)) fade_to(now);
    }
    void fade_to(TimePoint now) noexcept;
    [[nodiscard]] static double left(Duration age) noexcept;

    double attempts_ = 0;
    std::array<float, static_cast<std::size_t>(ErrorKind::internal) + 1> failures_{};
    TimePoint faded_at_{};
};

}  // namespace breakwater
