#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>

#include "breakwater/base/task.hpp"
#include "gateway_worker.hpp"

namespace breakwater {

/// What all workers know of each deployment, by name: asked of one worker after the other, each on its own thread, so
/// that nobody locks anything. Resumes on `here`, the worker that awaits it. The workers outlive it.
Task<std::map<std::string, HealthSum>> gather_health(std::span<const std::unique_ptr<GatewayWorker>> workers,
                                                     Worker& here);

/// The body of GET /deployments: how each deployment of the snapshot behaves, and who waits for them.
std::string deployments_json(const Snapshot& snapshot, const SharedState& shared,
                             const std::map<std::string, HealthSum>& health, TimePoint now);

}  // namespace breakwater
