#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <expected>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/base/clock.hpp"

namespace breakwater {

/// Requests of one route that wait for a place, in turn by client key, each key's own in the order in which they came.
/// Bounded: when it is full, a key that has its share (the size by the keys that wait) is refused, and one that has not
/// takes the last place of the key that has most. Whoever could not be served in time, by how fast requests leave, is
/// refused at once. Pure: times are arguments. Not thread-safe.
class FairQueue {
public:
    using Ticket = std::uint64_t;
    enum class Refusal : std::uint8_t {
        full,      ///< of requests of this key alone
        share,     ///< the key has its share of a full queue
        too_slow,  ///< its turn would come after its deadline
    };
    struct Refused {
        Refusal why;
        Duration wait;  ///< after which there is likely to be room
    };
    struct Joined {
        Ticket ticket;
        std::optional<Ticket> evicted{};  ///< had to make room: is no longer in the queue
    };

    void resize(std::size_t most) noexcept { most_ = most; }
    std::expected<Joined, Refused> join(std::string_view key, Deadline deadline, TimePoint now);

    /// Calls the first that `fits` of the first key in turn that has one: it may try for a place, and keeps its own
    /// until it leaves.
    template <class Fits>
    std::optional<Ticket> call(Fits fits) {
        for (auto line = lines_.begin(); line != lines_.end(); ++line) {
            const auto found = std::ranges::find_if(line->waiting, fits);
            if (found != line->waiting.end()) return take(line, found);
        }
        return std::nullopt;
    }
    /// There was no place for one that was called: it is where it was before, as if it had not been called.
    void put_back(Ticket ticket);
    /// Leaves from wherever it is; `served`: with a place, from which the speed is told.
    void leave(Ticket ticket, bool served, TimePoint now);

    /// Waiting and called.
    [[nodiscard]] std::size_t size() const noexcept { return waiting_ + called_.size(); }
    [[nodiscard]] std::size_t called() const noexcept { return called_.size(); }
    [[nodiscard]] bool is_called(Ticket ticket) const noexcept;

private:
    /// Of one key; never empty.
    struct Line {
        std::string key;
        std::deque<Ticket> waiting;  ///< as they came: tickets ascend
        std::uint64_t turn;          ///< the least is the next; no two have the same
    };
    struct Called {
        Ticket ticket;
        std::string key;
        std::uint64_t turn;  ///< its line's, when it was called
    };
    using Lines = std::list<Line>;
    Ticket take(Lines::iterator line, std::deque<Ticket>::iterator place);
    Lines::iterator line_of(std::string_view key) noexcept;
    void put_in_turn(Lines::iterator line) noexcept;
    [[nodiscard]] Lines::iterator longest() noexcept;
    Ticket evict_last(Lines::iterator line);
    [[nodiscard]] Duration interval(TimePoint now) const noexcept;
    [[nodiscard]] std::size_t turns_before(Lines::const_iterator own) const noexcept;

    std::size_t most_ = 0;
    Lines lines_;  ///< in the order of their turns
    std::size_t waiting_ = 0;
    std::vector<Called> called_;
    Ticket last_ = 0;
    std::uint64_t last_turn_ = 0;
    Duration mean_interval_{0};  ///< between requests that left with a place; zero: not known
    TimePoint served_at_{};      ///< the last time, or since when somebody waits
};

}  // namespace breakwater
