#pragma once

#include <cstdint>
#include <optional>

#include "breakwater/bench/results.hpp"

namespace breakwater::bench {

/// Times the content events of one stream. Pure; one thread.
class EventClock {
public:
    void begin() noexcept { events_ = 0; }
    [[nodiscard]] bool started() const noexcept { return events_ > 0; }

    /// `count` events, at least one, came with one read at `now`; recorded into `spacing` unless that is null. Events
    /// that came together are zero apart, which is what the client sees. Their delay is against a server that sends one
    /// every `pace`; the stream's fastest event so far sets the expected times, because nobody knows how long the first
    /// one took.
    void record(std::uint32_t count, TimePoint now, std::optional<Duration> pace, Spacing* spacing) noexcept {
        if (spacing != nullptr) {
            if (started()) spacing->gap.record(now - last_);
            spacing->gap.record(Duration::zero(), count - 1);
        }
        if (pace) record_delays(count, now, *pace, spacing);
        events_ += count;
        last_ = now;
    }

private:
    void record_delays(std::uint32_t count, TimePoint now, Duration pace, Spacing* spacing) noexcept {
        for (std::uint64_t event = events_; event < events_ + count; ++event) {
            const TimePoint as_first = now - static_cast<std::int64_t>(event) * pace;
            if (event == 0 || as_first < fastest_) fastest_ = as_first;
            if (spacing != nullptr) spacing->delay.record(as_first - fastest_);
        }
    }

    std::uint64_t events_ = 0;
    TimePoint last_{};
    TimePoint fastest_{};  // when the first event would have come, had it been as fast as the fastest one
};

}  // namespace breakwater::bench
