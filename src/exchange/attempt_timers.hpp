#pragma once

#include "breakwater/base/clock.hpp"
#include "breakwater/base/error.hpp"
#include "breakwater/config/config.hpp"

namespace breakwater {

/// The five timers of one attempt (contract C6), as arithmetic on time points. Only content resets the content timers.
/// A whole (non-streamed) answer has no tokens to wait for: its head arrives when the model has finished, so only
/// connect and total bound it, and the gap between reads once its body has begun.
class AttemptTimers {
public:
    AttemptTimers(const config::AttemptTimeouts& timeouts, Deadline total, Deadline first_content, bool stream,
                  TimePoint started) noexcept;

    [[nodiscard]] Deadline connect() const noexcept;
    /// The request has been written.
    void on_sent(TimePoint now) noexcept { sent_ = now; }
    /// The last of an upload has: nobody could have answered before.
    void on_uploaded(TimePoint now) noexcept { started_ = sent_ = last_progress_ = now; }
    [[nodiscard]] Deadline head() const noexcept;
    /// Body bytes of a whole answer came, or content of a streamed one.
    void on_progress(TimePoint now) noexcept;
    [[nodiscard]] Deadline body() const noexcept;

    /// Which timer ran out, in words; `provider` names who was slow.
    [[nodiscard]] Error expired_connect(TimePoint now, const std::string& provider) const;
    [[nodiscard]] Error expired_head(TimePoint now, const std::string& provider) const;
    [[nodiscard]] Error expired_body(TimePoint now, const std::string& provider) const;

private:
    [[nodiscard]] bool out_of_time(TimePoint now) const noexcept;
    [[nodiscard]] Error deadline_exceeded(const std::string& provider) const;

    const config::AttemptTimeouts& timeouts_;
    Deadline total_;
    Deadline first_content_;
    bool stream_;
    TimePoint started_;
    TimePoint sent_;
    TimePoint last_progress_;
    bool progressed_ = false;
};

}  // namespace breakwater
