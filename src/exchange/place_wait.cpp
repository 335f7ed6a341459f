#include "place_wait.hpp"

#include "lane.hpp"

namespace breakwater {

namespace {

constexpr std::chrono::seconds kLookAgain{1};

}  // namespace

bool PlaceWait::begin(TimePoint again, bool sleeps) {
    again_ = again;
    const bool may_queue = context_.route.queue != nullptr && planner_.is_crowded_out();
    // Who has a turn does not sleep on it: others are called meanwhile.
    if (!may_queue && !(sleeps && turn_)) return false;
    const std::vector<const Deployment*> busy = planner_.readmit();
    if (turn_) {
        turn_->put_back(busy);
        return true;
    }
    std::erase_if(report_.attempts, [](const AttemptRecord& each) { return each.outcome == kBusy; });
    std::string_view key;
    if (exchange_.plan.client_key != nullptr) key = *exchange_.plan.client_key;
    turn_ = context_.route.queue->join(key, busy, start_deadline(exchange_));
    return true;
}

TimePoint PlaceWait::look_again_at() const noexcept {
    return std::min(again_, context_.runtime.now() + kLookAgain);
}

bool PlaceWait::end(QueueTurn::Wait how, Boxed<Error>& error) {
    called_ = how == QueueTurn::Wait::called;
    report_.attempts_started = 0;
    if (how != QueueTurn::Wait::refused) return true;
    error = turn_->take_error();
    leave();
    return false;
}

void PlaceWait::note_busy(const AttemptPlanner::Try& tried, Duration since_start) {
    // From a queue it is tried again and again.
    if (!turn_) report_.attempts.push_back(busy_record(tried, since_start));
    planner_.on_busy(tried, deployment_is_full(*tried.deployment), context_.runtime.now());
}

void PlaceWait::note_place() {
    if (!turn_) return;
    turn_->note_place();
    leave();
}

void PlaceWait::leave() {
    if (!turn_) return;
    if (!report_.detours) report_.detours.emplace();
    report_.detours->queued += turn_->waited();
    turn_.reset();
    called_ = false;
}

}  // namespace breakwater
