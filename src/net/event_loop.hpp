#pragma once

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "breakwater/base/clock.hpp"

namespace breakwater {

/// Told what the kernel says about a descriptor.
class EventHandler {
public:
    /// `events` as epoll_wait has them; 0 when the handler asked to be called again.
    virtual void on_events(std::uint32_t events) = 0;

protected:
    ~EventHandler() = default;
};

/// epoll, as a worker needs it: a descriptor is registered once, edge-triggered and for both directions, so that
/// waiting costs no system call; whoever reads or writes remembers what is still ready. Not thread-safe but for `wake`.
class EventLoop {
public:
    EventLoop();
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    /// Both outlive the registration. False when the kernel refuses (out of memory or watches).
    bool add(int fd, EventHandler& handler) noexcept;
    /// No event reaches the handler any more, not even one that this turn has fetched already. Before the close.
    void remove(int fd, EventHandler& handler) noexcept;
    /// Calls the handler in the next turn, after what the kernel has for others: who has taken its share of this turn
    /// and has more to do asks for that.
    void again(EventHandler& handler);

    /// Waits until something happens, at the latest until `until`, and tells the handlers. It is `now`. False when
    /// nothing had happened.
    bool turn(TimePoint now, TimePoint until);
    /// Ends the waiting of the current or the next turn. Any thread.
    void wake() noexcept;
    /// Grows by one with each turn.
    [[nodiscard]] std::uint64_t turns() const noexcept { return turns_; }

private:
    static constexpr std::size_t kEventsPerTurn = 128;
    void clear_wake() noexcept;

    int epoll_;
    int wake_;
    std::uint64_t turns_ = 1;
    std::vector<EventHandler*> again_;
    std::vector<EventHandler*> now_;  // those of again_ whose turn it is
    std::array<epoll_event, kEventsPerTurn> events_{};
    std::span<epoll_event> fetched_;  // the part of events_ that is still to be told
};

}  // namespace breakwater
