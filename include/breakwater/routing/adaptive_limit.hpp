#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "breakwater/base/clock.hpp"
#include "breakwater/routing/live_knowledge.hpp"

namespace breakwater {

/// How many attempts a deployment serves well at a time, found out from how its latency answers to them (the gradient
/// of concurrency limits: a queue at the server shows as time before the first token). First tokens are compared with
/// the least that prompts of that size have lately taken; after each window of answers the limit moves: down in
/// proportion when they take longer than 1.5 times that, up by its square root while they do not and the room is used.
/// Whole answers take as long as they are long, and say nothing of that: where there are no streams it grows until the
/// server refuses. To see what the least is without a queue, it steps down by halves for as long as that makes answers
/// faster, and back by one: after the first window, where the room was used, and every five minutes. Pure; not
/// thread-safe.
class AdaptiveLimit {
public:
    struct Bounds {
        std::uint32_t least = 1;
        std::uint32_t most = 1000;
        friend bool operator==(const Bounds&, const Bounds&) = default;
    };
    explicit AdaptiveLimit(Bounds bounds) noexcept;

    [[nodiscard]] std::uint32_t limit() const noexcept { return static_cast<std::uint32_t>(limit_); }
    [[nodiscard]] Bounds bounds() const noexcept { return bounds_; }
    /// First content came, `latency` after its attempt began; `in_flight` attempts run now, that one included.
    void on_first_content(bool stream, SizeClass size, Duration latency, std::uint32_t in_flight,
                          TimePoint now) noexcept;
    /// The server refused an attempt because it has too many: the limit falls, at most once a second.
    void on_overload(TimePoint now) noexcept;

private:
    /// The least latency of one kind of answer: of smoothed values, so that one lucky answer is no standard.
    struct Baseline {
        double smoothed = 0;  ///< seconds; 0: nothing seen
        double least = 0;     ///< of this generation and the one before
        double least_before = 0;
    };
    static constexpr std::size_t kWindow = 16;  ///< answers between two moves

    double note_latency(Baseline& baseline, double seconds) noexcept;
    void step_down(TimePoint now) noexcept;
    void end_step(TimePoint now) noexcept;
    void move(double ratio, TimePoint now) noexcept;
    void set(double limit) noexcept;

    Bounds bounds_;
    double limit_;
    std::array<Baseline, kSizeClasses> baselines_{};
    TimePoint generation_begun_{};
    std::array<double, kWindow> ratios_{};  ///< latencies of the window, by the least of their kind
    std::size_t seen_ = 0;
    std::size_t wholes_ = 0;     ///< whole answers within the window
    std::uint32_t busiest_ = 0;  ///< most in flight within the window
    TimePoint fell_at_{};
    bool looked_ = false;   ///< at what the least is, once
    bool looking_ = false;  ///< has stepped down
    double before_step_ = 0;
    TimePoint stepped_at_{};
};

}  // namespace breakwater
