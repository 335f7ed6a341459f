#pragma once

#include "breakwater/gateway/snapshot.hpp"
#include "breakwater/net/scripted_call.hpp"
#include "breakwater/net/scripted_session.hpp"
#include "route_queue.hpp"
#include "shared_state.hpp"

namespace breakwater {

/// Opens calls for one request: over the network, or from a script for simulated providers. Made per request, on its
/// snapshot.
class GatewayTransport final : public UpstreamTransport {
public:
    /// `sequence` makes the latency and failures of simulated answers differ between requests.
    GatewayTransport(Worker& worker, UpstreamPool& pool, const Snapshot& snapshot, std::uint64_t sequence)
        : worker_(worker), pool_(pool), snapshot_(snapshot), sequence_(sequence) {}

    std::unique_ptr<UpstreamCall> open(const Deployment& deployment) override {
        const ProviderEntry* provider = snapshot_.provider_of(deployment);
        if (!provider->simulated) return make_http_call(worker_, pool_, provider->endpoint);
        const std::uint64_t draw = sequence_ * 64 + attempt_++;
        return make_scripted_call(worker_, deployment.provider,
                                  [model = deployment.model, provider, draw](std::string_view body) {
                                      return std::make_unique<SimScript>(model, body, provider->settings.sim, draw);
                                  });
    }
    std::unique_ptr<UpstreamCall> open_session(const Deployment& deployment) override {
        const ProviderEntry* provider = snapshot_.provider_of(deployment);
        if (!provider->simulated) return make_session_call(worker_, pool_, provider->endpoint);
        return make_scripted_session(worker_, deployment.provider, deployment.model);
    }

private:
    Worker& worker_;
    UpstreamPool& pool_;
    const Snapshot& snapshot_;
    std::uint64_t sequence_;
    std::uint64_t attempt_ = 0;
};

/// Counts a request's attempts on their deployments and holds them to their concurrency limits.
class GatewayInFlight final : public InFlight {
public:
    /// `shared` as of health_of.
    GatewayInFlight(std::span<SharedHealth* const> shared, RouteQueues& queues) : shared_(shared), queues_(queues) {}

    bool try_enter(const Deployment& deployment, bool called) noexcept override {
        SharedHealth& health = health_of(shared_, deployment);
        const std::uint32_t limit = health.concurrency.limit();
        // Nobody is to take what others wait for in a queue, and who can't enter should disturb nobody.
        if (limit != 0 && (health.in_flight.load() >= limit || (!called && health.waiting.load() > 0))) return false;
        const std::uint32_t before = health.in_flight.fetch_add(1);
        if (limit == 0 || before < limit) return true;
        give_up_place(health);
        return false;
    }
    void leave(const Deployment& deployment) noexcept override { give_up_place(health_of(shared_, deployment)); }

private:
    // In this order, and with both in one order for all threads: RouteQueue::join looks the other way round.
    void give_up_place(SharedHealth& health) noexcept {
        health.in_flight.fetch_sub(1);
        if (health.waiting.load() > 0) queues_.offer();
    }

    std::span<SharedHealth* const> shared_;
    RouteQueues& queues_;
};

/// Counts a request among the running ones, for drain and metrics.
class RunningRequest {
public:
    explicit RunningRequest(SharedState& shared) : shared_(shared) {
        shared_.requests_running.fetch_add(1, std::memory_order_relaxed);
    }
    ~RunningRequest() { shared_.requests_running.fetch_sub(1, std::memory_order_relaxed); }
    RunningRequest(const RunningRequest&) = delete;
    RunningRequest& operator=(const RunningRequest&) = delete;

private:
    SharedState& shared_;
};

}  // namespace breakwater
