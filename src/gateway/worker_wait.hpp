#pragma once

#include <utility>

#include "breakwater/base/cancel.hpp"
#include "breakwater/base/task.hpp"
#include "breakwater/net/worker.hpp"

namespace breakwater {

/// A request that waits for what comes from elsewhere, such as a credential or its turn in a queue, until a deadline or
/// until nobody wants it any more. Its worker's thread only: who has it posts the wake-up there, and may find that the
/// waiter has gone.
class WorkerWait final : public Cancellable {
public:
    enum class End : std::uint8_t { settled, timed_out, cancelled };

    WorkerWait(Worker& worker, Deadline deadline)
        : timer_(worker.timers(), [](void* self) { static_cast<WorkerWait*>(self)->wake(End::timed_out); }, this) {
        timer_.arm(deadline);
    }
    void cancel() noexcept override { wake(End::cancelled); }
    void wake(End end) {
        if (std::exchange(woken_, true)) return;
        timer_.disarm();
        done_.complete(end);
    }
    Completion<End>& done() noexcept { return done_; }

private:
    TimerEntry timer_;
    Completion<End> done_;
    bool woken_ = false;
};

}  // namespace breakwater
