#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "breakwater/gateway/snapshot.hpp"
#include "breakwater/routing/health_table.hpp"
#include "shared_state.hpp"

namespace breakwater {

/// What the attempt engine of a worker needs for one snapshot, found once. The tables by route and by deployment have
/// one entry more than the snapshot, for simulated models that no configuration names; then they go on with the
/// providers that requests are passed on to.
struct EngineTables {
    std::vector<RouteControls> routes{};
    std::vector<SharedHealth*> shared{};                 ///< by deployment
    HealthTable health{};                                ///< without that entry
    std::vector<std::unique_ptr<WorkerQueue>> queues{};  ///< of the routes that have one
};

/// What a worker has learnt of the deployments, by name: it outlives the snapshots. One per worker; single-threaded.
class WorkerKnowledge {
public:
    /// Tables for a snapshot that comes into force. Whatever an operator had to repair counts as repaired: a reload is
    /// how that is said.
    EngineTables tables_for(const Snapshot& snapshot, SharedState& shared, Worker& worker);

    /// Adds it to what other workers know, by name.
    void add_to(std::map<std::string, HealthSum>& sums, TimePoint now) const;

private:
    std::map<std::string, std::unique_ptr<DeploymentHealth>> by_name_;
};

}  // namespace breakwater
