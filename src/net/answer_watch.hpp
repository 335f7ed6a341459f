#pragma once

#include "breakwater/net/stream.hpp"

namespace breakwater {

/// Reads what a provider says before it has the whole request.
class EarlyAnswer {
public:
    /// Reads what has come. True once it is an answer: a final head, or bytes that are none.
    virtual bool take_early_answer() = 0;

protected:
    ~EarlyAnswer() = default;
};

/// Notices that a provider answers, or closes, while its request is still on the way, and ends what waits for
/// that: a write to the provider, or else whatever brings more to be written. Interim heads do not count. Both may be
/// resumed inside, and end this object. All that it is given outlives it.
class AnswerWatch final : private EarlyBytes, private Cancellable {
public:
    AnswerWatch(Stream& stream, EarlyAnswer& answer, Cancellable& waiting)
        : stream_(stream), answer_(answer), waiting_(waiting), scope_(closed_, *this) {
        stream_.watch_peer(closed_, true, *this);
    }
    ~AnswerWatch() override { stream_.unwatch_peer(); }
    AnswerWatch(const AnswerWatch&) = delete;
    AnswerWatch& operator=(const AnswerWatch&) = delete;

    [[nodiscard]] bool answers() const noexcept { return answers_; }
    void set_writing(bool writing) noexcept { writing_ = writing; }

private:
    bool take_early_bytes() override {
        if (!answer_.take_early_answer()) return true;
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
    EarlyAnswer& answer_;
    Cancellable& waiting_;
    CancelSource closed_;
    CancelScope scope_;
    bool answers_ = false;
    bool writing_ = false;
};

}  // namespace breakwater
