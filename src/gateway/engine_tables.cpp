#include "engine_tables.hpp"

#include <string_view>
#include <unordered_set>
#include <utility>

namespace breakwater {
namespace {

void add_policies(EngineTables& tables, const config::Policies& policies) {
    RouteControls& route = tables.routes.emplace_back(
        RouteControls{.retries = {policies.retry.budget, policies.retry.budget_floor_per_second},
                      .hedges = {policies.hedge.budget, policies.hedge.budget_floor_per_second}});
    if (policies.outliers.enabled) route.outliers.emplace();
}

void set_limit(SharedLimit& limit, const config::Deployment& settings) {
    if (const auto& adaptive = settings.adaptive_concurrency)
        return limit.use_adaptive({adaptive->least, adaptive->most});
    if (settings.concurrency) return limit.use_fixed(*settings.concurrency);
    limit.use_none();
}

void add_queues(EngineTables& tables, const Snapshot& snapshot, RouteQueues& queues, Worker& worker) {
    auto controls = tables.routes.begin();
    const auto add = [&](const std::string& route, const config::Queue& settings) {
        RouteControls& control = *controls++;
        if (!settings.enabled) return;
        RouteQueue& queue = queues.of(route);
        queue.configure(settings);
        tables.queues.push_back(std::make_unique<WorkerQueue>(queue, worker, settings, tables.shared));
        control.queue = tables.queues.back().get();
    };
    for (const RouteEntry& entry : snapshot.routes()) add(entry.name, entry.policies.queue);
    add("auto", snapshot.config().defaults.queue);  // simulated models, which it also serves, have no limits
    queues.offer();                                 // limits may have risen
}

}  // namespace

void WorkerKnowledge::add_to(std::map<std::string, HealthSum>& sums, TimePoint now) const {
    for (const auto& [name, health] : by_name_) health->add_to(sums[name], now);
}

EngineTables WorkerKnowledge::tables_for(const Snapshot& snapshot, SharedState& state, Worker& worker) {
    DeploymentTable& shared = state.deployments;
    EngineTables tables;
    for (const RouteEntry& entry : snapshot.routes()) add_policies(tables, entry.policies);
    add_policies(tables, snapshot.config().defaults);
    for (std::size_t i = 0; i < snapshot.relays().size(); ++i) add_policies(tables, snapshot.config().defaults);

    std::vector<DeploymentHealth*> by_index;
    std::unordered_set<std::string_view> configured;
    for (const Deployment& deployment : snapshot.deployments()) configured.insert(deployment.name);
    for (const auto& [name, health] : by_name_) {
        if (!configured.contains(name)) health->withdraw();
    }
    for (const Deployment& deployment : snapshot.deployments()) {
        SharedHealth& common = shared.of(deployment.name);
        common.demoted_until.store(0, std::memory_order_relaxed);
        common.no_continuing_until.store(0, std::memory_order_relaxed);
        auto& health = by_name_[deployment.name];
        if (!health) health = std::make_unique<DeploymentHealth>(common);
        by_index.push_back(health.get());
        set_limit(common.concurrency, snapshot.config().deployments[deployment.index]);
        tables.shared.push_back(&common);
    }
    if (snapshot.provider(Snapshot::kSimProvider) != nullptr || !snapshot.relays().empty()) {
        tables.shared.push_back(&shared.of(std::string(Snapshot::kSimProvider)));
    }
    for (const Deployment& relay : snapshot.relays()) tables.shared.push_back(&shared.of(relay.name));
    tables.health = HealthTable(std::move(by_index), snapshot.config().defaults.breaker);
    add_queues(tables, snapshot, state.queues, worker);
    return tables;
}

}  // namespace breakwater
