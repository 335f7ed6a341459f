#pragma once

#include <string_view>

#include "breakwater/bench/results.hpp"

namespace breakwater::bench {

/// One request, when it is over.
struct Outcome {
    Failure failure = Failure::none;
    int status = 0;
    Duration latency{0};
    std::optional<Duration> first_token{};
};

/// Collects what the connections see. Bytes, events and finished answers count while the window is open; whether an
/// outcome counts is decided when its request is due, so that a slow one is not lost at the end of the window. Pure;
/// one thread.
class Recorder {
public:
    void open_window(TimePoint now) noexcept;
    void close_window(TimePoint now);
    [[nodiscard]] bool measuring() const noexcept { return measuring_; }
    /// When the window was opened, far in the future before that.
    [[nodiscard]] TimePoint opened_at() const noexcept { return opened_at_; }

    void bytes_out(std::size_t bytes) noexcept { results_.bytes_out += measuring_ ? bytes : 0; }
    void bytes_in(std::size_t bytes) noexcept { results_.bytes_in += measuring_ ? bytes : 0; }
    void events(std::uint32_t count) noexcept;
    /// An answer has ended; `counts` says whether its request belongs to the window. `said` is the server's error text.
    void finished(const Outcome& outcome, bool counts, std::string_view said);
    /// Requests that were never sent.
    void overrun(std::uint64_t count);
    /// A stream that is open at the end, as it should be.
    void held(std::optional<Duration> first_token);
    [[nodiscard]] Spacing& spacing() noexcept { return results_.spacing; }

    /// Ends the current interval, if the window is open; returns it.
    std::optional<Interval> tick(TimePoint now);
    [[nodiscard]] Results& results() noexcept { return results_; }

private:
    Results results_;
    Interval interval_;
    Histogram interval_latency_;
    bool measuring_ = false;
    TimePoint opened_at_ = TimePoint::max();
};

}  // namespace breakwater::bench
