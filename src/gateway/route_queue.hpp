#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "breakwater/config/config.hpp"
#include "breakwater/exchange/exchange.hpp"
#include "breakwater/net/worker.hpp"
#include "breakwater/routing/deployment_health.hpp"
#include "breakwater/routing/fair_queue.hpp"
#include "worker_wait.hpp"

namespace breakwater {

/// `shared` by the deployments' index, the last one for all that have no place in the snapshot.
inline SharedHealth& health_of(std::span<SharedHealth* const> shared, const Deployment& deployment) noexcept {
    return *shared[std::min<std::size_t>(deployment.index, shared.size() - 1)];
}

/// Requests of one route, on all workers, that wait for a place at a deployment. Thread-safe: a lock that only requests
/// take which found every place taken, and who leaves a place while somebody waits for it.
class RouteQueue {
public:
    using Ticket = FairQueue::Ticket;
    /// The deployments that would do.
    using Places = std::vector<SharedHealth*>;
    enum class State : std::uint8_t { waits, called, evicted };
    struct Figures {
        std::size_t waiting = 0;
        std::array<std::uint64_t, 3> refused{};  ///< by FairQueue::Refusal
        std::uint64_t timed_out = 0;
    };

    void configure(const config::Queue& settings);
    /// Somebody waits.
    [[nodiscard]] bool crowded() const noexcept { return waiting_count_.load() > 0; }
    std::expected<Ticket, FairQueue::Refused> join(std::string_view key, Places places, Deadline deadline,
                                                   TimePoint now);
    /// Has the waiter woken when the ticket's state is no longer `waits`, which it may be already.
    State watch(Ticket ticket, Worker& worker, const std::shared_ptr<WorkerWait>& waiter);
    /// Called, it found no place, and waits for one of these.
    void put_back(Ticket ticket, Places places);
    enum class Leaving : std::uint8_t { served, timed_out, gone };
    void leave(Ticket ticket, Leaving how, TimePoint now);
    /// There may be a free place: calls those whose turn it is.
    void offer();
    [[nodiscard]] Figures figures() const;

private:
    struct Waiting {
        Places places;
        bool evicted = false;
        Worker* worker = nullptr;
        std::weak_ptr<WorkerWait> waiter{};
    };
    void offer_locked();
    static void want(const Places& places) noexcept;
    static void want_no_more(const Places& places) noexcept;
    void forget(Ticket ticket);
    static void wake(Waiting& waiting);

    mutable std::mutex mutex_;
    FairQueue queue_;
    std::unordered_map<Ticket, Waiting> tickets_;
    Figures figures_;
    std::atomic<std::size_t> waiting_count_{0};
};

/// The queues of all routes, by name, across reloads. Thread-safe.
class RouteQueues {
public:
    /// Lives as long as this.
    RouteQueue& of(const std::string& route);
    /// A place became free at a deployment that somebody waits for.
    void offer();
    template <class Visit>
    void each(Visit visit) const {
        const std::lock_guard lock(mutex_);
        for (const auto& [route, queue] : by_route_) visit(route, *queue);
    }

private:
    mutable std::mutex mutex_;
    std::map<std::string, std::unique_ptr<RouteQueue>> by_route_;
    std::string offered_first_;  ///< the route that heard first of the last place
};

/// A route's queue as the requests of one worker see it.
class WorkerQueue final : public PlaceQueue {
public:
    /// `health` as of health_of; it outlives this.
    WorkerQueue(RouteQueue& queue, Worker& worker, const config::Queue& settings, std::span<SharedHealth* const> health)
        : queue_(queue), worker_(worker), settings_(settings), health_(health) {}

    std::unique_ptr<QueueTurn> join(std::string_view key, std::span<const Deployment* const> candidates,
                                    Deadline deadline) override;

    [[nodiscard]] RouteQueue& queue() noexcept { return queue_; }
    [[nodiscard]] Worker& worker() noexcept { return worker_; }
    [[nodiscard]] RouteQueue::Places places(std::span<const Deployment* const> of) const;

private:
    RouteQueue& queue_;
    Worker& worker_;
    config::Queue settings_;
    std::span<SharedHealth* const> health_;
};

}  // namespace breakwater
