#pragma once

#include <cstdint>
#include <utility>

namespace breakwater {

/// Something that is waiting and can be told to stop: its pending operation then ends soon, with a cancelled result.
class Cancellable {
public:
    virtual ~Cancellable() = default;
    virtual void cancel() noexcept = 0;
};

/// Says once that a result is not wanted any more, and stops what is waiting for it. One per request; one worker's
/// thread.
class CancelSource {
public:
    enum class Cause : std::uint8_t {
        gone,      ///< nobody is left who could be told anything
        shutdown,  ///< the process is being stopped: who waits for the result is still there
    };
    /// A client may go after the shutdown has begun: the last cause counts.
    void request(Cause cause = Cause::gone) noexcept {
        cause_ = cause;
        if (std::exchange(requested_, true)) return;
        if (target_ != nullptr) target_->cancel();
    }
    [[nodiscard]] bool requested() const noexcept { return requested_; }
    [[nodiscard]] bool shut_down() const noexcept { return requested_ && cause_ == Cause::shutdown; }

private:
    friend class CancelScope;
    Cancellable* target_ = nullptr;
    bool requested_ = false;
    Cause cause_ = Cause::gone;
};

/// While it lives, a cancel request reaches `target`. Scopes nest; the innermost one is stopped. The caller checks
/// `requested()` before it starts to wait: a request from before the scope is not delivered again.
class CancelScope {
public:
    CancelScope(CancelSource& source, Cancellable& target) noexcept
        : source_(source), outer_(std::exchange(source.target_, &target)) {}
    ~CancelScope() { source_.target_ = outer_; }
    CancelScope(const CancelScope&) = delete;
    CancelScope& operator=(const CancelScope&) = delete;

private:
    CancelSource& source_;
    Cancellable* outer_;
};

}  // namespace breakwater
