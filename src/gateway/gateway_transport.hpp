#pragma once

#include "breakwater/gateway/snapshot.hpp"
#include "breakwater/net/scripted_call.hpp"
#include "breakwater/net/scripted_session.hpp"
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

/// Counts a request's attempts on their deployments and holds them to the configured limit.
class GatewayInFlight final : public InFlight {
public:
    /// `shared` by the deployments' index, the last one for all that have no place in the snapshot.
    GatewayInFlight(std::span<SharedHealth* const> shared, const Snapshot& snapshot)
        : shared_(shared), snapshot_(snapshot) {}

    bool try_enter(const Deployment& deployment) noexcept override {
        std::atomic<std::uint32_t>& running = counter(deployment);
        const auto& settings = snapshot_.config().deployments;
        const std::uint32_t before = running.fetch_add(1, std::memory_order_relaxed);
        if (deployment.index >= settings.size()) return true;
        const auto& limit = settings[deployment.index].concurrency;
        if (!limit || before < *limit) return true;
        running.fetch_sub(1, std::memory_order_relaxed);
        return false;
    }
    void leave(const Deployment& deployment) noexcept override {
        counter(deployment).fetch_sub(1, std::memory_order_relaxed);
    }

private:
    [[nodiscard]] std::atomic<std::uint32_t>& counter(const Deployment& deployment) const noexcept {
        return shared_[std::min<std::size_t>(deployment.index, shared_.size() - 1)]->in_flight;
    }

    std::span<SharedHealth* const> shared_;
    const Snapshot& snapshot_;
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
