#pragma once

#include <utility>

#include "breakwater/base/cancel.hpp"
#include "breakwater/base/task.hpp"
#include "breakwater/net/worker.hpp"

namespace breakwater {

/// A request that waits for a credential, until a deadline or until nobody wants it any more. Its worker's thread only:
/// who has the credential posts the wake-up there, and may find that the waiter has gone.
class CredentialWait final : public Cancellable {
public:
    enum class End : std::uint8_t { settled, timed_out, cancelled };

    CredentialWait(Worker& worker, Deadline deadline)
        : timer_(worker.timers(), [](void* self) { static_cast<CredentialWait*>(self)->wake(End::timed_out); }, this) {
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
