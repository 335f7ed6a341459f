#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "breakwater/base/clock.hpp"

namespace breakwater {

class TimerQueue;

/// A deadline of something that waits; calls back once when it passes. Belongs to one owner, which it must not outlive;
/// not movable. Pushing a deadline further away costs a store: the queue finds out when the old time comes. That is
/// what nearly every arm is.
class TimerEntry {
public:
    using Callback = void (*)(void* owner);
    TimerEntry(TimerQueue& queue, Callback callback, void* owner) : queue_(queue), callback_(callback), owner_(owner) {}
    ~TimerEntry();
    TimerEntry(const TimerEntry&) = delete;
    TimerEntry& operator=(const TimerEntry&) = delete;

    void arm(Deadline deadline);
    void disarm() noexcept { due_ = TimePoint::max(); }

private:
    friend class TimerQueue;
    static constexpr std::size_t kNotQueued = static_cast<std::size_t>(-1);

    TimerQueue& queue_;
    Callback callback_;
    void* owner_;
    TimePoint due_ = TimePoint::max();         // what the owner wants
    TimePoint queued_for_ = TimePoint::max();  // where the entry stands in the heap, never later than due_
    std::size_t position_ = kNotQueued;
};

/// All deadlines of one worker in one heap; the event loop waits no longer than until the next. Not thread-safe.
class TimerQueue {
public:
    /// Calls back every entry whose deadline has passed, and says whether there was any. Callbacks may arm, disarm and
    /// destroy any entry.
    bool run(TimePoint now);
    /// When `run` wants to be called next, or nothing.
    [[nodiscard]] std::optional<TimePoint> next() const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return heap_.size(); }

private:
    friend class TimerEntry;
    void insert(TimerEntry& entry);
    void move_earlier(TimerEntry& entry);
    void remove(TimerEntry& entry) noexcept;
    void sift_up(std::size_t position) noexcept;
    void sift_down(std::size_t position) noexcept;
    void place(std::size_t position, TimerEntry* entry) noexcept;

    std::vector<TimerEntry*> heap_;
};

}  // namespace breakwater
