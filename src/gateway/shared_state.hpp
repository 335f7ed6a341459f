#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "breakwater/gateway/log_sink.hpp"
#include "breakwater/net/offload.hpp"
#include "breakwater/routing/deployment_health.hpp"
#include "memory_watch.hpp"
#include "response_store.hpp"
#include "route_queue.hpp"
#include "span_outage.hpp"

namespace breakwater {

/// What the workers tell each other about each deployment, by its name, across reloads. Thread-safe.
class DeploymentTable {
public:
    /// Of a deployment name; lives as long as this table.
    SharedHealth& of(const std::string& name) {
        const std::lock_guard lock(mutex_);
        auto& slot = by_name_[name];
        if (!slot) slot = std::make_unique<SharedHealth>();
        return *slot;
    }
    template <class Visit>
    void each(Visit visit) const {
        const std::lock_guard lock(mutex_);
        for (const auto& [name, health] : by_name_) visit(name, *health);
    }

private:
    mutable std::mutex mutex_;
    std::map<std::string, std::unique_ptr<SharedHealth>> by_name_;
};

/// What all workers and the administration share; every member is thread-safe.
struct SharedState {
    explicit SharedState(int log_fd) : log(log_fd) {}

    LogSink log;
    bool log_text = false;                                              ///< fixed before the first worker starts
    std::function<void(bool error, const std::string& message)> say{};  ///< for operators; fixed as well
    std::string version{};                                              ///< of the program; fixed as well
    DeploymentTable deployments;
    RouteQueues queues;
    MemoryWatch memory;
    Offload offload;
    std::unique_ptr<ResponseStore> responses = std::make_unique<MemoryResponseStore>();  ///< fixed as well
    std::atomic<bool> draining{false};
    std::atomic<std::uint64_t> requests_running{0};
    std::atomic<std::size_t> client_connections{0};
    std::atomic<std::size_t> admin_connections{0};
    // Reload status, for /readyz and /metrics.
    std::atomic<std::uint64_t> generation{1};
    std::atomic<std::uint64_t> reloads_ok{0};
    std::atomic<std::uint64_t> reloads_failed{0};
    std::atomic<bool> last_reload_ok{true};
    std::atomic<std::int64_t> last_reload_at{0};  ///< seconds since the epoch of the last successful load
    std::atomic<std::uint64_t> task_exceptions{0};
    SpanOutage spans;
};

}  // namespace breakwater
