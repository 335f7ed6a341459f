#pragma once

#include <cstdint>

#include "breakwater/base/clock.hpp"
#include "breakwater/base/random.hpp"
#include "breakwater/config/config.hpp"

namespace breakwater {

/// The circuit breaker of one deployment, as a pure state machine. Closed: attempts pass and their outcomes are
/// counted, older ones fading over the window. Too large a share of failures, or too many in a row, opens it: nothing
/// passes but, after a pause with jitter, one attempt at a time that probes. A probe that succeeds closes it, one that
/// fails starts another pause. Policies come as arguments, for they belong to the route whose request it is: a route
/// without a breaker neither opens a circuit nor heeds one. Single-threaded.
class Circuit {
public:
    enum class State : std::uint8_t {
        closed,
        open,       ///< nothing passes
        probe_due,  ///< one attempt may pass, as a probe
        probing,    ///< the probe's outcome is awaited
    };
    [[nodiscard]] State state(TimePoint now) const noexcept;
    [[nodiscard]] bool is_closed() const noexcept { return closed_; }

    /// The attempt that starts now is the probe. Only when it is due.
    void begin_probe(TimePoint now) noexcept;
    void on_success(bool probe, TimePoint now) noexcept;
    /// `weight` is 1 for an attempt that brought nothing, less for one that failed late.
    void on_failure(bool probe, double weight, const config::Breaker& policy, TimePoint now, Rng& rng) noexcept;
    /// The probe ended without a verdict, as when its client went away: the next attempt may probe.
    void on_probe_abandoned(TimePoint now) noexcept;

    /// When the last probe began: a probe that was given up after a minute may still end, and is not that one.
    [[nodiscard]] TimePoint probe_begun() const noexcept { return probe_begun_; }
    /// When the next probe may pass; meaningful while the circuit is not closed.
    [[nodiscard]] TimePoint probe_at() const noexcept { return probe_at_; }
    /// Share of the attempts seen within the last window that failed, 0..1.
    [[nodiscard]] double error_share(TimePoint now) const noexcept;
    /// 1 but for the ten seconds after it closed, when it grows from a tenth: a server that was just restored gets its
    /// load step by step.
    [[nodiscard]] double ramp(TimePoint now) const noexcept;

private:
    void fade(TimePoint now, Duration window) noexcept;
    void open(const config::Breaker& policy, TimePoint now, Rng& rng) noexcept;

    bool closed_ = true;
    bool probing_ = false;
    TimePoint probe_at_{};
    TimePoint probe_begun_{};
    TimePoint closed_at_{};
    bool was_open_ = false;
    double attempts_ = 0;  ///< within the window, older ones fading
    double failures_ = 0;
    int consecutive_ = 0;
    Duration window_ = std::chrono::seconds(30);
    TimePoint faded_at_{};
};

}  // namespace breakwater
