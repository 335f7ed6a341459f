#pragma once

#include "breakwater/base/clock.hpp"
#include "breakwater/base/error.hpp"
#include "breakwater/config/config.hpp"

namespace breakwater {

/// The five timers of one attempt (contract C6), as arithmetic on time points. Only content resets the content timers.
/// A whole (non-streamed) answer has no tokens to wait for: its head arrives when the model has finished, so only
/// connect and total bound it, and the gap between reads once its body has begun. That holds for what the provider was
/// asked for, whether or not the client gets it as a stream.
class AttemptTimers {
public:
    AttemptTimers(const config::AttemptTimeouts& timeouts, Deadline total, Deadline first_content, bool stream,
                  TimePoint started) noexcept;

    /// The provider was asked for a whole answer, though the client wants a stream. Before the request goes out.
    void expect_whole() noexcept { stream_ = false; }
    [[nodiscard]] Deadline connect() const noexcept;
    /// The request has been written.
    void on_sent(TimePoint now) noexcept { sent_ = now; }
    /// The last of an upload has: nobody could have answered before.
    void on_uploaded(TimePoint now) noexcept { started_ = sent_ = last_progress_ = now; }
    [[nodiscard]] Deadline head() const noexcept;
    /// Body bytes came, which are progress of a whole answer.
    void on_read(TimePoint now) noexcept {
        if (!stream_) on_progress(now);
    }
    /// Content came.
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
    bool stream_;  ///< of the provider's answer
    bool progressed_ = false;
    TimePoint started_;
    TimePoint sent_;
    TimePoint last_progress_;
};

}  // namespace breakwater
