#pragma once

#include <algorithm>
#include <memory>

#include "breakwater/exchange/exchange.hpp"

namespace breakwater {

/// How a request waits for a place at one of its candidates while all of them are at their concurrency limits: in the
/// queue of its route, where that has one. Used by whatever plans the attempts of a request; everything passed in
/// outlives it.
class PlaceWait {
public:
    PlaceWait(const ExchangeRequest& exchange, const ExchangeContext& context, AttemptPlanner& planner,
              ExchangeReport& report)
        : exchange_(exchange), context_(context), planner_(planner), report_(report) {}

    /// The planner knows nobody who can be asked at once. True: the request waits for its turn instead of doing what
    /// the planner says, until `again` at the latest. `sleeps`: the planner would only have it wait.
    bool begin(TimePoint again, bool sleeps);
    /// Behind `begin`: until it is the request's turn, or time to look again.
    [[nodiscard]] Task<QueueTurn::Wait> wait(CancelSource& gone) { return turn_->wait(gone, look_again_at()); }
    /// False when the queue has refused the request, which has left it; `error` says why.
    bool end(QueueTurn::Wait how, Boxed<Error>& error);

    /// Whether places that are kept for those who wait are the attempt's as well.
    [[nodiscard]] bool called_for(const AttemptPlanner::Try& tried) const noexcept {
        return called_ || tried.attempt > 1;  // who was served once has waited already
    }
    /// The attempt has found no place, `since_start` after the request came.
    void note_busy(const AttemptPlanner::Try& tried, Duration since_start);
    void note_place();
    /// The request waits no longer.
    void leave();

private:
    // Deployments come back, and limits grow, without a word.
    [[nodiscard]] TimePoint look_again_at() const noexcept;

    const ExchangeRequest& exchange_;
    const ExchangeContext& context_;
    AttemptPlanner& planner_;
    ExchangeReport& report_;
    std::unique_ptr<QueueTurn> turn_;  ///< while it waits
    TimePoint again_{};                ///< when a deployment can be asked that nobody waits for
    bool called_ = false;              ///< its turn has come
};

}  // namespace breakwater
