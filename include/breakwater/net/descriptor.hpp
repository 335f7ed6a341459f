#pragma once

#include <coroutine>
#include <cstdint>
#include <memory>

#include "breakwater/base/clock.hpp"

namespace breakwater {

class Worker;

/// Why a wait ended.
enum class WaitResult : std::uint8_t {
    ready,
    timed_out,  ///< the deadline passed; the wait can be repeated, nothing was lost
    cancelled,  ///< by cancel(), or the descriptor failed
};

/// Told when a descriptor becomes readable while nobody waits for that.
class ReadWatcher {
public:
    virtual void on_readable() = 0;

protected:
    ~ReadWatcher() = default;
};

/// A non-blocking file descriptor and the two things that can be awaited on it. Reads and writes themselves are system
/// calls of the owner, who says when one found nothing (`drained`); this class remembers what the kernel has said
/// since. At most one waiter per direction. Owns and closes the descriptor. Timers never touch the descriptor: an
/// expired wait can be repeated. One worker.
class Descriptor {
    struct Core;
    struct Side;

public:
    /// What `readable` and `writable` return, to be awaited at once.
    class [[nodiscard]] Wait {
    public:
        [[nodiscard]] bool await_ready() noexcept;
        void await_suspend(std::coroutine_handle<> waiter);
        [[nodiscard]] WaitResult await_resume() const noexcept { return result_; }

    private:
        friend class Descriptor;
        friend struct Side;
        Wait(Core* core, Side* side, Deadline deadline) noexcept : core_(core), side_(side), deadline_(deadline) {}
        Core* core_;
        Side* side_;
        Deadline deadline_;
        WaitResult result_ = WaitResult::cancelled;
    };

    Descriptor() noexcept;  ///< no descriptor
    Descriptor(Worker& worker, int fd);
    ~Descriptor();
    Descriptor(Descriptor&&) noexcept;
    Descriptor& operator=(Descriptor&&) noexcept;

    [[nodiscard]] int fd() const noexcept;  ///< -1 after close
    [[nodiscard]] bool open() const noexcept { return core_ != nullptr; }

    /// Ready while a read may find something: from the start, and again from every message of the kernel's until
    /// `drained`. Fair: a descriptor that stays readable is served once in a turn of the loop, then others are.
    Wait readable(Deadline deadline) noexcept;
    /// Waits for the kernel to have room again: to be asked after a write that found none.
    Wait writable(Deadline deadline) noexcept;
    /// A read has taken all there was. After the peer's end or a failure the descriptor stays readable all the same.
    void drained() noexcept;
    /// There is more to read that the kernel does not know of, because it was read ahead. Who waits for it is told in
    /// the next turn of the loop.
    void undrained() noexcept;
    /// A read makes no sense before there is room for a write, not even of the peer's end.
    void drained_until_writable() noexcept;
    /// The connection is broken, or closed on both sides.
    [[nodiscard]] bool broken() const noexcept;
    /// The kernel has said nothing since the last `drained`.
    [[nodiscard]] bool quiet() const noexcept;
    /// Calls `watcher` once, when the descriptor becomes readable while nobody waits for that; in the next turn
    /// of the loop when it is.
    void watch_readable(ReadWatcher& watcher);
    /// The same, of the peer's end or a failure alone, whatever there is to read before it.
    void watch_end(ReadWatcher& watcher);
    void unwatch() noexcept;
    /// Ends pending waits with `cancelled`, and those that come later too. The waiter runs inside this call.
    void cancel() noexcept;
    /// Ends the pending wait of that direction as if its time were over. The waiter runs inside this call.
    void interrupt_read() noexcept;
    void interrupt_write() noexcept;
    void close() noexcept;

private:
    std::unique_ptr<Core> core_;
};

}  // namespace breakwater
