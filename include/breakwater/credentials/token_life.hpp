#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "breakwater/base/clock.hpp"
#include "breakwater/base/random.hpp"

namespace breakwater {

/// When a credential that has to be fetched is used, renewed and given up: no I/O, no clock. A token is renewed at 80%
/// of its life, or 5 minutes before its end when that is later, while the old one goes on being used; one fetch at a
/// time; after a failed one the next waits 1 s, 2 s ... up to 60 s, with up to a quarter less. The caller serialises.
class TokenLife {
public:
    enum class Move : std::uint8_t {
        use,    ///< there is one
        renew,  ///< there is one, and another is to be fetched meanwhile
        fetch,  ///< there is none: fetch one, and wait for it
        wait,   ///< there is none, and it is being fetched
        fail,   ///< there is none, and fetching it has failed a moment ago
    };

    [[nodiscard]] Move ask(TimePoint now) const noexcept;
    /// Who is told `renew` or `fetch` says so before it begins.
    void on_started() noexcept { fetching_ = true; }
    void on_fetched(TimePoint now, std::chrono::seconds life) noexcept;
    void on_failed(TimePoint now, Rng& rng) noexcept;
    /// The fetch was given up for reasons of our own: the next who asks begins another.
    void on_abandoned() noexcept { fetching_ = false; }
    /// The provider refused the credential in use. True when it is not used any more and another is worth fetching:
    /// once a minute, since what is wrong may not be the credential's age.
    bool on_refused(TimePoint now) noexcept;
    [[nodiscard]] bool fetching() const noexcept { return fetching_; }
    /// How long from `now` until fetching is tried again after a failure.
    [[nodiscard]] Duration pause(TimePoint now) const noexcept;

private:
    TimePoint usable_until_ = TimePoint::min();
    TimePoint renew_at_ = TimePoint::min();
    TimePoint next_try_ = TimePoint::min();
    std::optional<TimePoint> refused_at_{};
    int failures_ = 0;
    bool fetching_ = false;
};

}  // namespace breakwater
