#pragma once

#include <utility>
#include <vector>

#include "breakwater/routing/deployment_health.hpp"

namespace breakwater {

/// A worker's knowledge of the deployments of one snapshot, by their index. What it points to outlives it, and is the
/// same for the snapshot that follows, so that a reload forgets nothing. Simulated models that no configuration names
/// have no health: each of them is another deployment. Single-threaded.
class HealthTable final : public LiveKnowledge {
public:
    HealthTable() = default;
    /// `breaker`: of the defaults, for figures that belong to no route.
    HealthTable(std::vector<DeploymentHealth*> by_index, const config::Breaker& breaker)
        : by_index_(std::move(by_index)), breaker_(breaker) {}

    /// Null for a deployment without health.
    [[nodiscard]] DeploymentHealth* of(const Deployment& deployment) const noexcept {
        return deployment.index < by_index_.size() ? by_index_[deployment.index] : nullptr;
    }
    [[nodiscard]] LiveFigures figures(const Deployment& deployment, SizeClass size, TimePoint now) const override {
        const DeploymentHealth* health = of(deployment);
        return health != nullptr ? health->figures(breaker_, size, now) : LiveFigures{};
    }

private:
    std::vector<DeploymentHealth*> by_index_;
    config::Breaker breaker_{};
};

}  // namespace breakwater
