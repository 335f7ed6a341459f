#pragma once

#include <exception>
#include <functional>
#include <utility>

#include "breakwater/base/wake.hpp"
#include "lane.hpp"

namespace breakwater {

/// An attempt to its first content, and a second one beside it when the first is late. Whoever has content first wins;
/// the other is stopped, and has ended when `run` returns. One per raced attempt; single-threaded.
class HedgeRace final : public Cancellable {
public:
    /// Called once, when the first is late: the second lane, or null when there shall be none. It outlives the race.
    using Second = std::function<Lane*()>;

    HedgeRace(Lane& first, Runtime& runtime, CancelSource& client_gone) noexcept
        : first_(first), runtime_(runtime), client_gone_(client_gone) {}

    /// The lane that has content, or null when none will have any: `Lane::start` then says of each how it ended.
    Task<Lane*> run(TimePoint late_at, Second second);
    /// The client is gone.
    void cancel() noexcept override;

private:
    void begin_second(const Second& second) noexcept;
    void start(Task<void> part);
    Task<void> run_lane(Lane& lane);
    Task<void> run_clock(TimePoint late_at);
    [[nodiscard]] Lane* winner() const noexcept;
    [[nodiscard]] bool all_ended() const noexcept;
    void stop_all_but(const Lane* winner) noexcept;
    void part_ended();

    Lane& first_;
    Lane* second_ = nullptr;
    Runtime& runtime_;
    CancelSource& client_gone_;
    CancelSource clock_stop_;
    Wake wake_;
    std::exception_ptr bug_;
    int parts_running_ = 0;
    bool late_ = false;
};

}  // namespace breakwater
