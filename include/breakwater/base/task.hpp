#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <optional>
#include <utility>

#include "breakwater/base/frame_pool.hpp"

namespace breakwater {

template <class T>
class Task;

namespace detail {

/// Hands control to whoever awaited the task, without growing the stack.
struct FinalAwaiter {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> handle) const noexcept {
        return handle.promise().continuation;
    }
    void await_resume() const noexcept {}
};

struct TaskPromiseBase {
    static void* operator new(std::size_t bytes) { return frame_pool::take(bytes); }
    static void operator delete(void* frame, std::size_t bytes) noexcept { frame_pool::give_back(frame, bytes); }

    std::coroutine_handle<> continuation = std::noop_coroutine();
    std::exception_ptr exception;

    [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
    [[nodiscard]] FinalAwaiter final_suspend() const noexcept { return {}; }
    void unhandled_exception() noexcept { exception = std::current_exception(); }
};

template <class T>
struct TaskPromise : TaskPromiseBase {
    std::optional<T> value;
    Task<T> get_return_object() noexcept;
    template <class U>
    void return_value(U&& result) {
        value.emplace(std::forward<U>(result));
    }
    T take() {
        if (exception) std::rethrow_exception(exception);
        return std::move(*value);
    }
};

template <>
struct TaskPromise<void> : TaskPromiseBase {
    Task<void> get_return_object() noexcept;
    void return_void() const noexcept {}
    void take() const {
        if (exception) std::rethrow_exception(exception);
    }
};

}  // namespace detail

/// A lazily started coroutine: it runs when awaited, on the awaiter's thread, and resumes the awaiter when it ends.
/// Chosen over asio::awaitable so that code above the sockets knows no Asio: it compiles in a second, runs in tests
/// without an io_context, and a call costs one small frame out of a pool. Ownership: the Task owns its frame;
/// destroying it destroys the coroutine, so it must not die while suspended in an operation that will resume it. Thread
/// rule: one worker.
template <class T>
class [[nodiscard]] Task {
public:
    using promise_type = detail::TaskPromise<T>;

    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
    Task& operator=(Task&&) = delete;
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;
    ~Task() {
        if (handle_) handle_.destroy();
    }

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiter) noexcept {
        handle_.promise().continuation = awaiter;
        return handle_;
    }
    T await_resume() { return handle_.promise().take(); }

private:
    friend promise_type;
    explicit Task(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}
    std::coroutine_handle<promise_type> handle_;
};

namespace detail {

template <class T>
Task<T> TaskPromise<T>::get_return_object() noexcept {
    return Task<T>(std::coroutine_handle<TaskPromise<T>>::from_promise(*this));
}
inline Task<void> TaskPromise<void>::get_return_object() noexcept {
    return Task<void>(std::coroutine_handle<TaskPromise<void>>::from_promise(*this));
}

/// The frame that owns a spawned task and frees itself at its end.
struct Detached {
    struct promise_type {
        [[nodiscard]] Detached get_return_object() const noexcept { return {}; }
        [[nodiscard]] std::suspend_never initial_suspend() const noexcept { return {}; }
        [[nodiscard]] std::suspend_never final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
        void unhandled_exception() const noexcept { std::terminate(); }
    };
};

}  // namespace detail

/// Starts `task` at once and lets it run to its end on its own. `on_exception` gets what escaped it: a bug, to be
/// logged, that ends this task alone. `on_exception` must not throw.
template <class OnException>
detail::Detached spawn(Task<void> task, OnException on_exception) {
    try {
        co_await std::move(task);
    } catch (...) {
        on_exception(std::current_exception());
    }
}

/// One result for one waiting coroutine, delivered later on the same thread: the bridge from callbacks to tasks.
/// The waiter must outlive the delivery.
template <class T>
class Completion {
public:
    /// Delivers the result and resumes the waiter, if there is one already.
    void complete(T value) {
        value_.emplace(std::move(value));
        if (waiter_) std::exchange(waiter_, {}).resume();
    }
    [[nodiscard]] bool await_ready() const noexcept { return value_.has_value(); }
    void await_suspend(std::coroutine_handle<> waiter) noexcept { waiter_ = waiter; }
    T await_resume() { return std::move(*value_); }

private:
    std::optional<T> value_;
    std::coroutine_handle<> waiter_;
};

}  // namespace breakwater
