#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "breakwater/base/clock.hpp"
#include "breakwater/config/config.hpp"

namespace breakwater {

/// The last requests of a worker as their log lines and what no log needs to hold, so that an operator can ask what
/// became of one. The worker writes, any thread reads; they meet at a lock that a reader holds for a search. Lines lie
/// one behind the other in room that is taken once, over and over again: keeping one costs a copy and no memory.
class RecentRequests {
public:
    static constexpr std::size_t kKept = 256;
    /// Of all lines and their ids: twice what usual ones need. Long ones push out more than one older line.
    static constexpr std::size_t kBytes = 512u << 10;

    struct Timers {
        Duration deadline{0};                ///< first byte of the request -> when all had to be over; zero: unknown
        config::AttemptTimeouts timeouts{};  ///< of its route
    };
    struct Request {
        std::string line{};
        Timers timers{};
    };

    /// Keeps the line in place of the oldest. One that is longer than all the room is not kept.
    void put(std::string_view id, std::string_view line, const Timers& timers) {
        const std::size_t size = id.size() + line.size();
        if (size > kBytes) return;
        const std::lock_guard lock(mutex_);
        // A line lies in one piece, so the rest of the room may be too short for it.
        if (const std::size_t rest = kBytes - end_ % kBytes; rest < size) end_ += rest;
        char* const at = bytes_.get() + end_ % kBytes;
        std::memcpy(at, id.data(), id.size());
        std::memcpy(at + id.size(), line.data(), line.size());
        slots_.at(next_) = {.start = end_, .id_size = id.size(), .line_size = line.size(), .timers = timers};
        end_ += size;
        next_ = (next_ + 1) % kKept;
    }

    /// The newest request of that id, or nothing. Any thread.
    [[nodiscard]] std::optional<Request> find(std::string_view id) const {
        const std::lock_guard lock(mutex_);
        for (std::size_t back = 1; back <= kKept; ++back) {
            const Slot& slot = slots_.at((next_ + kKept - back) % kKept);
            if (slot.line_size == 0 || slot.start + kBytes < end_) return std::nullopt;  // written over, as all before
            const char* const at = bytes_.get() + slot.start % kBytes;
            if (std::string_view(at, slot.id_size) != id) continue;
            return Request{.line = std::string(at + slot.id_size, slot.line_size), .timers = slot.timers};
        }
        return std::nullopt;
    }

private:
    struct Slot {
        std::uint64_t start = 0;  ///< counted in all bytes that were ever written
        std::size_t id_size = 0;
        std::size_t line_size = 0;
        Timers timers{};
    };
    mutable std::mutex mutex_;
    std::unique_ptr<char[]> bytes_ = std::make_unique_for_overwrite<char[]>(kBytes);
    std::uint64_t end_ = 0;
    std::array<Slot, kKept> slots_{};
    std::size_t next_ = 0;
};

}  // namespace breakwater
