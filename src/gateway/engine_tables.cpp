#include "engine_tables.hpp"

#include <utility>

namespace breakwater {
namespace {

void add_budgets(EngineTables& tables, const config::Policies& policies) {
    tables.retries.emplace_back(policies.retry.budget, policies.retry.budget_floor_per_second);
    tables.hedges.emplace_back(policies.hedge.budget, policies.hedge.budget_floor_per_second);
}

}  // namespace

EngineTables WorkerKnowledge::tables_for(const Snapshot& snapshot, DeploymentTable& shared) {
    EngineTables tables;
    for (const RouteEntry& entry : snapshot.routes()) add_budgets(tables, entry.policies);
    add_budgets(tables, snapshot.config().defaults);

    std::vector<DeploymentHealth*> by_index;
    for (const Deployment& deployment : snapshot.deployments()) {
        SharedHealth& common = shared.of(deployment.name);
        common.demoted_until.store(0, std::memory_order_relaxed);
        common.no_continuing_until.store(0, std::memory_order_relaxed);
        auto& health = by_name_[deployment.name];
        if (!health) health = std::make_unique<DeploymentHealth>(common);
        by_index.push_back(health.get());
        tables.shared.push_back(&common);
    }
    if (snapshot.provider(Snapshot::kSimProvider) != nullptr || !snapshot.relays().empty()) {
        tables.shared.push_back(&shared.of(std::string(Snapshot::kSimProvider)));
    }
    for (const Deployment& relay : snapshot.relays()) tables.shared.push_back(&shared.of(relay.name));
    tables.health = HealthTable(std::move(by_index), snapshot.config().defaults.breaker);
    return tables;
}

}  // namespace breakwater
