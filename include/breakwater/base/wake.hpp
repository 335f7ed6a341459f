#pragma once

#include <coroutine>
#include <utility>

namespace breakwater {

/// Resumes a coroutine when something has happened to one of the things that it waits for. Awaited by one coroutine,
/// set by others on the same thread; being set before counts.
class Wake {
public:
    void set() {
        set_ = true;
        if (waiter_) std::exchange(waiter_, {}).resume();
    }
    [[nodiscard]] bool await_ready() const noexcept { return set_; }
    void await_suspend(std::coroutine_handle<> waiter) noexcept { waiter_ = waiter; }
    void await_resume() noexcept { set_ = false; }

private:
    bool set_ = false;
    std::coroutine_handle<> waiter_;
};

}  // namespace breakwater
