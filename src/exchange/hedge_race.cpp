#include "hedge_race.hpp"

namespace breakwater {

Task<Lane*> HedgeRace::run(TimePoint late_at, Second second) {
    const CancelScope scope(client_gone_, *this);
    start(run_lane(first_));
    start(run_clock(late_at));
    while (winner() == nullptr && !all_ended()) {
        co_await wake_;
        if (!std::exchange(late_, false) || first_.start) continue;
        begin_second(second);
    }
    Lane* const won = winner();
    stop_all_but(won);
    // Each ends soon; one that is writing to the client has to, before another may.
    while (parts_running_ > 0) co_await wake_;
    if (bug_) std::rethrow_exception(bug_);
    co_return won;
}

void HedgeRace::begin_second(const Second& second) noexcept {
    try {
        second_ = second();
        if (second_ == nullptr) return;
        second_->attempt.leave_pings_to_another(true);
        start(run_lane(*second_));
    } catch (...) {
        bug_ = std::current_exception();  // the first is stopped before it is told
    }
}

void HedgeRace::cancel() noexcept {
    // A part itself until both have been told: the end of the first may be what the race was waiting for.
    ++parts_running_;
    first_.stop.request();
    if (second_ != nullptr) second_->stop.request();
    part_ended();
}

void HedgeRace::start(Task<void> part) {
    ++parts_running_;
    spawn(std::move(part), [this](std::exception_ptr bug) noexcept {
        bug_ = std::move(bug);
        part_ended();
    });
}

Task<void> HedgeRace::run_lane(Lane& lane) {
    lane.start = co_await lane.attempt.reach_content(lane.stop);
    const bool alone_now = *lane.start != Attempt::Start::content && &lane == &first_ && second_ != nullptr;
    if (alone_now) second_->attempt.leave_pings_to_another(false);
    part_ended();
}

Task<void> HedgeRace::run_clock(TimePoint late_at) {
    late_ = co_await runtime_.sleep_until(late_at, clock_stop_);
    part_ended();
}

// The race may be over, and gone, when it returns.
void HedgeRace::part_ended() {
    --parts_running_;
    wake_.set();
}

Lane* HedgeRace::winner() const noexcept {
    if (bug_) return nullptr;
    if (first_.start == Attempt::Start::content) return &first_;
    return second_ != nullptr && second_->start == Attempt::Start::content ? second_ : nullptr;
}

bool HedgeRace::all_ended() const noexcept {
    return bug_ || (first_.start && (second_ == nullptr || second_->start));
}

void HedgeRace::stop_all_but(const Lane* winner) noexcept {
    clock_stop_.request();
    if (winner != &first_) first_.stop.request();
    if (second_ != nullptr && winner != second_) second_->stop.request();
}

}  // namespace breakwater
