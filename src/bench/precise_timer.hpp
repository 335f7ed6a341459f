#pragma once

#include "breakwater/base/cancel.hpp"
#include "breakwater/base/task.hpp"
#include "breakwater/net/descriptor.hpp"

namespace breakwater::bench {

/// Wakes one task at a time given in nanoseconds. The worker's own timers are made for deadlines and fire up to some
/// milliseconds late, which an open loop would report as latency of the server.
class PreciseTimer final : public Cancellable {
public:
    explicit PreciseTimer(Worker& worker);

    /// False when cancelled, or when the system has no timer to give.
    Task<bool> wait_until(TimePoint when);
    void cancel() noexcept override { descriptor_.cancel(); }

private:
    Descriptor descriptor_;
};

}  // namespace breakwater::bench
