#pragma once

#include <coroutine>
#include <exception>
#include <memory>
#include <utility>

#include "breakwater/net/worker.hpp"

namespace breakwater {

/// Threads for work that takes long, such as reading a body of megabytes, so that the streams of a worker do not wait
/// for it. One for all workers; made at the start, and its threads with the first work. Thread-safe. To be stopped
/// before the first worker is destroyed, and to outlive what was given to it.
class Offload {
public:
    Offload();
    ~Offload();
    Offload(const Offload&) = delete;
    Offload& operator=(const Offload&) = delete;

    /// What `run` returns, to be awaited at once.
    template <class Work>
    class [[nodiscard]] Run;

    /// Runs `work`, which returns nothing, on another thread, and resumes who awaits this on `worker`, its own one;
    /// what `work` throws is thrown there. Nothing that `work` uses may be touched, and the coroutine not be destroyed,
    /// before that. Once stopped, and where the system gives no thread, work
    /// runs at once where it is.
    template <class Work>
    Run<Work> run(Worker& worker, Work work) {
        return {*this, worker, std::move(work)};
    }
    /// Finishes what has begun, drops nothing, and ends the threads.
    void stop() noexcept;

private:
    /// A piece of work that somebody waits for; lies in the frame of who waits.
    struct Job {
        virtual void execute() noexcept = 0;

    protected:
        ~Job() = default;
    };
    struct Pool;
    /// False when nobody will do it.
    bool submit(Job& job);

    std::unique_ptr<Pool> pool_;
};

template <class Work>
class Offload::Run final : private Job {
public:
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> waiter) {
        waiter_ = waiter;
        if (offload_.submit(*this)) return true;
        attempt();
        return false;
    }
    void await_resume() const {
        if (exception_) std::rethrow_exception(exception_);
    }

private:
    friend class Offload;
    Run(Offload& offload, Worker& worker, Work work) : offload_(offload), worker_(worker), work_(std::move(work)) {}

    void attempt() noexcept {
        try {
            work_();
        } catch (...) {
            exception_ = std::current_exception();
        }
    }
    // Once it is posted, the waiter may run and end this object.
    void execute() noexcept override {
        attempt();
        worker_.post([waiter = waiter_] { waiter.resume(); });
    }

    Offload& offload_;
    Worker& worker_;
    Work work_;
    std::coroutine_handle<> waiter_;
    std::exception_ptr exception_;
};

}  // namespace breakwater
