#pragma once

#include <functional>
#include <memory>

#include "breakwater/base/clock.hpp"
#include "breakwater/base/task.hpp"

namespace breakwater {

class Worker;

/// Why a wait ended.
enum class WaitResult : std::uint8_t {
    ready,
    timed_out,  ///< the deadline passed; the wait can be repeated, nothing was lost
    cancelled,  ///< by cancel(), or the descriptor failed
};

/// A non-blocking file descriptor and the two things that can be awaited on it. Reads and writes themselves are system
/// calls of the owner; this class only knows when they make sense. At most one waiter per direction. Owns and closes
/// the descriptor. Timers never touch the descriptor: an expired wait leaves the readiness request in place for the
/// next one.
class Descriptor {
public:
    Descriptor() = default;  ///< no descriptor
    Descriptor(Worker& worker, int fd);
    ~Descriptor();
    Descriptor(Descriptor&&) noexcept;
    Descriptor& operator=(Descriptor&&) noexcept;

    [[nodiscard]] int fd() const noexcept;  ///< -1 after close
    [[nodiscard]] bool open() const noexcept { return fd() >= 0; }

    Task<WaitResult> readable(Deadline deadline);
    Task<WaitResult> writable(Deadline deadline);
    /// Calls `on_ready` once when the descriptor becomes readable while nobody waits for that; a waiter that comes
    /// later is served at once.
    void watch_readable(std::function<void()> on_ready);
    void unwatch() noexcept;
    /// What made it readable has been looked at and is no data: the next wait or watch asks the kernel again.
    void clear_readable() noexcept;
    /// Ends pending waits with `cancelled`, and those that come later too. The waiter runs inside this call.
    void cancel() noexcept;
    void close() noexcept;

private:
    struct Core;
    std::shared_ptr<Core> core_;
};

}  // namespace breakwater
