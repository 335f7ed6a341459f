#include "route_queue.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace breakwater {

namespace {

/// Free places of a deployment, as of now.
std::size_t free_places(const SharedHealth& health) noexcept {
    const std::uint32_t limit = health.concurrency.limit();
    if (limit == 0) return std::numeric_limits<std::uint32_t>::max();
    const std::uint32_t running = health.in_flight.load();
    return running < limit ? limit - running : 0;
}

std::size_t free_places(const RouteQueue::Places& places) noexcept {
    std::size_t free = 0;
    for (const SharedHealth* place : places) free += free_places(*place);
    return free;
}

}  // namespace

void RouteQueue::configure(const config::Queue& settings) {
    const std::lock_guard lock(mutex_);
    queue_.resize(settings.size);
}

std::expected<RouteQueue::Ticket, FairQueue::Refused> RouteQueue::join(std::string_view key, Places places,
                                                                       Deadline deadline, TimePoint now) {
    const std::lock_guard lock(mutex_);
    const auto joined = queue_.join(key, deadline, now);
    if (!joined) {
        ++figures_.refused.at(static_cast<std::size_t>(joined.error().why));
        return std::unexpected(joined.error());
    }
    if (joined->evicted) {
        ++figures_.refused.at(static_cast<std::size_t>(FairQueue::Refusal::share));
        Waiting& evicted = tickets_.at(*joined->evicted);
        evicted.evicted = true;
        wake(evicted);
    }
    want(places);
    tickets_.emplace(joined->ticket, Waiting{.places = std::move(places)});
    waiting_count_.store(tickets_.size());
    offer_locked();
    return joined->ticket;
}

RouteQueue::State RouteQueue::watch(Ticket ticket, Worker& worker, const std::shared_ptr<WorkerWait>& waiter) {
    const std::lock_guard lock(mutex_);
    Waiting& waiting = tickets_.at(ticket);
    if (waiting.evicted) return State::evicted;
    if (queue_.is_called(ticket)) return State::called;
    waiting.worker = &worker;
    waiting.waiter = waiter;
    return State::waits;
}

void RouteQueue::put_back(Ticket ticket, Places places) {
    const std::lock_guard lock(mutex_);
    want(places);
    want_no_more(std::exchange(tickets_.at(ticket).places, std::move(places)));
    queue_.put_back(ticket);
    offer_locked();
}

void RouteQueue::leave(Ticket ticket, Leaving how, TimePoint now) {
    const std::lock_guard lock(mutex_);
    if (how == Leaving::timed_out) ++figures_.timed_out;
    queue_.leave(ticket, how == Leaving::served, now);
    forget(ticket);
    offer_locked();  // its turn may be another's
}

// Told before it is looked whether a place is free, as who leaves one does it the other way round: one of both sees the
// other.
void RouteQueue::want(const Places& places) noexcept {
    for (SharedHealth* place : places) place->waiting.fetch_add(1);
}

void RouteQueue::want_no_more(const Places& places) noexcept {
    for (SharedHealth* place : places) place->waiting.fetch_sub(1);
}

void RouteQueue::forget(Ticket ticket) {
    const auto found = tickets_.find(ticket);
    want_no_more(found->second.places);
    tickets_.erase(found);
    waiting_count_.store(tickets_.size());
}

void RouteQueue::offer() {
    const std::lock_guard lock(mutex_);
    offer_locked();
}

// No more than there are places: those that are called and have not tried yet will take theirs.
void RouteQueue::offer_locked() {
    const auto fits = [this](Ticket ticket) { return queue_.called() < free_places(tickets_.at(ticket).places); };
    while (const std::optional<Ticket> called = queue_.call(fits)) wake(tickets_.at(*called));
}

void RouteQueue::wake(Waiting& waiting) {
    if (waiting.worker == nullptr) return;
    std::exchange(waiting.worker, nullptr)->post([waiter = std::move(waiting.waiter)] {
        if (const auto there = waiter.lock()) there->wake(WorkerWait::End::settled);
    });
}

RouteQueue::Figures RouteQueue::figures() const {
    const std::lock_guard lock(mutex_);
    Figures figures = figures_;
    figures.waiting = tickets_.size();
    return figures;
}

RouteQueue& RouteQueues::of(const std::string& route) {
    const std::lock_guard lock(mutex_);
    auto& slot = by_route_[route];
    if (!slot) slot = std::make_unique<RouteQueue>();
    return *slot;
}

// Each time another route is asked first: a place that several wait for goes to the first that takes it.
void RouteQueues::offer() {
    const std::lock_guard lock(mutex_);
    auto first = by_route_.upper_bound(offered_first_);
    if (first == by_route_.end()) first = by_route_.begin();
    if (first == by_route_.end()) return;
    offered_first_ = first->first;
    auto next = first;
    do {
        if (next->second->crowded()) next->second->offer();
        if (++next == by_route_.end()) next = by_route_.begin();
    } while (next != first);
}

namespace {

using std::chrono::milliseconds;

Error overload(ErrorKind kind, const char* code, std::string message, Duration wait) {
    Error error(kind, std::move(message));
    error.code = code;
    // Nobody knows better than within a minute, and clients do not heed more.
    error.retry_after =
        std::chrono::ceil<milliseconds>(std::clamp<Duration>(wait, std::chrono::seconds(1), std::chrono::seconds(60)));
    return error;
}

Error refusal(FairQueue::Refused refused) {
    switch (refused.why) {
        case FairQueue::Refusal::full:
            return overload(ErrorKind::overloaded, "queue_full",
                            "Every deployment of this route is at its limit, and so is the queue for it.",
                            refused.wait);
        case FairQueue::Refusal::share:
            return overload(ErrorKind::rate_limited, "queue_share_exceeded",
                            "Every deployment of this route is at its limit, and this key has its share of the queue.",
                            refused.wait);
        case FairQueue::Refusal::too_slow:
            break;
    }
    return overload(ErrorKind::overloaded, "queue_too_slow",
                    "Every deployment of this route is at its limit, and this request's turn would come too late.",
                    refused.wait);
}

class Turn final : public QueueTurn {
public:
    /// `route` outlives it.
    Turn(WorkerQueue& route, std::string_view key, std::span<const Deployment* const> candidates, Deadline deadline)
        : route_(route),
          queue_(route.queue()),
          worker_(route.worker()),
          deadline_(deadline),
          joined_at_(worker_.now()) {
        const auto joined = queue_.join(key, route.places(candidates), deadline, joined_at_);
        if (joined) {
            ticket_ = *joined;
        } else {
            error_ = refusal(joined.error());
        }
    }
    ~Turn() override {
        if (ticket_) queue_.leave(*ticket_, how_, worker_.now());
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    Task<Wait> wait(CancelSource& gone, TimePoint until) override {
        if (!ticket_) co_return Wait::refused;
        while (!gone.requested()) {
            const auto waiter = std::make_shared<WorkerWait>(worker_, earliest(deadline_, Deadline(until)));
            const RouteQueue::State now = queue_.watch(*ticket_, worker_, waiter);
            if (now != RouteQueue::State::waits) co_return note_call(now);
            const CancelScope scope(gone, *waiter);
            if (co_await waiter->done() != WorkerWait::End::timed_out) continue;
            if (!deadline_.passed(worker_.now())) co_return Wait::overdue;
            co_return give_up();
        }
        co_return Wait::abandoned;
    }
    void put_back(std::span<const Deployment* const> busy) override { queue_.put_back(*ticket_, route_.places(busy)); }
    void note_place() noexcept override { how_ = RouteQueue::Leaving::served; }
    [[nodiscard]] Duration waited() const noexcept override { return worker_.now() - joined_at_; }
    Error take_error() override { return std::move(*error_); }

private:
    Wait note_call(RouteQueue::State now) {
        if (now == RouteQueue::State::called) return Wait::called;
        error_ = overload(ErrorKind::rate_limited, "queue_share_exceeded",
                          "Every deployment of this route is at its limit, and this key has more than its share of the "
                          "queue.",
                          waited());
        return Wait::refused;
    }
    Wait give_up() {
        how_ = RouteQueue::Leaving::timed_out;
        error_ = overload(ErrorKind::overloaded, "queue_timeout",
                          "No deployment of this route had a place for this request within the " +
                              std::to_string(std::chrono::duration_cast<milliseconds>(waited()).count()) +
                              " ms that it has waited.",
                          waited());
        return Wait::refused;
    }

    WorkerQueue& route_;
    RouteQueue& queue_;
    Worker& worker_;
    Deadline deadline_;
    TimePoint joined_at_;
    std::optional<RouteQueue::Ticket> ticket_;
    RouteQueue::Leaving how_ = RouteQueue::Leaving::gone;
    Boxed<Error> error_;
};

}  // namespace

std::unique_ptr<QueueTurn> WorkerQueue::join(std::string_view key, std::span<const Deployment* const> candidates,
                                             Deadline deadline) {
    deadline = earliest(deadline, Deadline::after(worker_.now(), settings_.wait));
    return std::make_unique<Turn>(*this, key, candidates, deadline);
}

RouteQueue::Places WorkerQueue::places(std::span<const Deployment* const> of) const {
    RouteQueue::Places places;
    for (const Deployment* deployment : of) places.push_back(&health_of(health_, *deployment));
    return places;
}

}  // namespace breakwater
