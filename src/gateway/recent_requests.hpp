#pragma once

#include <array>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "breakwater/base/clock.hpp"
#include "breakwater/config/config.hpp"

namespace breakwater {

/// The last requests of a worker as their log lines and what no log needs to hold, so that an operator can ask what
/// became of one. The worker writes, any thread reads; they meet at a lock that a reader holds for a search.
class RecentRequests {
public:
    static constexpr std::size_t kKept = 256;

    struct Timers {
        Duration deadline{0};                ///< first byte of the request -> when all had to be over; zero: unknown
        config::AttemptTimeouts timeouts{};  ///< of its route
    };
    struct Request {
        std::string line{};
        Timers timers{};
    };

    /// Keeps what `write` appends to its argument, in place of the oldest. The view is the worker's until the next put.
    template <class Write>
    std::string_view put(std::string_view id, const Timers& timers, Write write) {
        const std::lock_guard lock(mutex_);
        Slot& slot = slots_.at(next_);
        next_ = (next_ + 1) % kKept;
        std::string& line = slot.request.line;
        if (line.capacity() > kLineKept) std::string().swap(line);
        line.clear();
        slot.id.assign(id);
        slot.request.timers = timers;
        write(line);
        return line;
    }

    /// The newest request of that id, or nothing. Any thread.
    [[nodiscard]] std::optional<Request> find(std::string_view id) const {
        const std::lock_guard lock(mutex_);
        for (std::size_t back = 1; back <= kKept; ++back) {
            const Slot& slot = slots_.at((next_ + kKept - back) % kKept);
            if (slot.id == id && !slot.request.line.empty()) return slot.request;
        }
        return std::nullopt;
    }

private:
    /// A slot that an unusual line has made larger than this is given back.
    static constexpr std::size_t kLineKept = 16u << 10;

    struct Slot {
        std::string id;
        Request request;
    };
    mutable std::mutex mutex_;
    std::array<Slot, kKept> slots_{};
    std::size_t next_ = 0;
};

}  // namespace breakwater
