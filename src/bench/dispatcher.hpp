#pragma once

#include <coroutine>
#include <cstdint>
#include <deque>
#include <optional>

#include "recorder.hpp"
#include "schedule.hpp"

namespace breakwater::bench {

/// Leave to send one request.
struct Ticket {
    TimePoint intended{};  ///< latency counts from here
    bool counts = false;   ///< the request belongs to the measured window
};

/// Decides which connection sends the next request, and when. In a closed loop a connection that asks may send at once;
/// in an open loop the schedule says when, and connections wait in turn. One worker's thread.
class Dispatcher {
public:
    /// Ends after `requests` that count. With `all_count` those before the window count as well.
    Dispatcher(Recorder& recorder, std::optional<std::uint64_t> requests, bool all_count)
        : recorder_(recorder), requests_(requests), all_count_(all_count) {}
    /// Makes it an open loop.
    void follow(const Schedule& schedule) { schedule_ = schedule; }

    /// Awaited by a connection that is free at `now`: a ticket, or nothing when there is no more to do.
    class Next {
    public:
        Next(Dispatcher& dispatcher, TimePoint now) : dispatcher_(dispatcher), now_(now) {}
        [[nodiscard]] bool await_ready() { return dispatcher_.decide(now_, ticket_); }
        void await_suspend(std::coroutine_handle<> connection) {
            connection_ = connection;
            dispatcher_.free_.push_back(this);
        }
        [[nodiscard]] std::optional<Ticket> await_resume() const noexcept { return ticket_; }

    private:
        friend class Dispatcher;
        Dispatcher& dispatcher_;
        TimePoint now_;
        std::optional<Ticket> ticket_;
        std::coroutine_handle<> connection_;
    };
    [[nodiscard]] Next next(TimePoint now) { return {*this, now}; }

    /// Open loop: hands what is due by `now` to free connections.
    void hand_out(TimePoint now);
    /// When `hand_out` is to be called next; nothing when never again.
    [[nodiscard]] std::optional<TimePoint> next_due() const noexcept;
    /// No more tickets; whoever waits is told. What is due and was not sent is an overrun.
    void stop();
    [[nodiscard]] std::size_t free() const noexcept { return free_.size(); }
    [[nodiscard]] std::uint64_t waiting() const noexcept { return schedule_ ? schedule_->waiting() : 0; }

private:
    /// True with a ticket, true without one when there will be none, false to wait.
    bool decide(TimePoint now, std::optional<Ticket>& ticket);
    std::optional<Ticket> make_ticket(TimePoint now);

    Recorder& recorder_;
    std::optional<std::uint64_t> requests_;
    bool all_count_;
    std::optional<Schedule> schedule_;
    std::uint64_t counted_ = 0;
    bool stopped_ = false;
    std::deque<Next*> free_;  // connections that wait, in the order in which they will be served
};

}  // namespace breakwater::bench
