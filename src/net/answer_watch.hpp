#pragma once

#include "breakwater/net/stream.hpp"

namespace breakwater {

/// Notices that a provider says something, or closes, while its request is still on the way, and ends what waits for
/// that: a write to the provider, or else whatever brings more to be written. Both may be resumed inside, and end this
/// object. The stream and `waiting` outlive it.
class AnswerWatch final : private EarlyBytes, private Cancellable {
public:
    AnswerWatch(Stream& stream, Cancellable& waiting) : stream_(stream), waiting_(waiting), scope_(closed_, *this) {
        stream_.watch_peer(closed_, true, *this);
    }
    ~AnswerWatch() override { stream_.unwatch_peer(); }
    AnswerWatch(const AnswerWatch&) = delete;
    AnswerWatch& operator=(const AnswerWatch&) = delete;

    [[nodiscard]] bool answers() const noexcept { return answers_; }
    void set_writing(bool writing) noexcept { writing_ = writing; }

private:
    // What has come is left for who reads the answer.
    bool take_early_bytes() override {
        hear();
        return false;
    }
    void cancel() noexcept override { hear(); }
    void hear() noexcept {
        answers_ = true;
        if (writing_) return stream_.interrupt_write();
        waiting_.cancel();
    }

    Stream& stream_;
    Cancellable& waiting_;
    CancelSource closed_;
    CancelScope scope_;
    bool answers_ = false;
    bool writing_ = false;
};

}  // namespace breakwater
