#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "breakwater/config/config.hpp"
#include "breakwater/routing/deployment_health.hpp"

namespace breakwater {

/// Puts the deployments of a route aside for a while whose latency is far less steady than their peers': for prompts of
/// one size, the way from the p50 to the p95 of first content is `spread` times the median of the others', the p95 is
/// the longer as well, and both by more than chance makes of them. Never more than the configured share, and never the
/// last. One that comes back is judged by what it does then; each time in a row it is aside for twice as long, at most
/// sixteen times. One per route and worker. Pure; single-threaded.
class OutlierWatch {
public:
    struct Peer {
        std::uint32_t index;  ///< of the deployment
        DeploymentHealth* health;
    };
    /// Judgement is passed once a second.
    [[nodiscard]] bool is_due(TimePoint now) const noexcept { return now >= due_; }
    void judge(std::span<const Peer> peers, const config::Outliers& policy, bool stream, SizeClass size, TimePoint now);
    [[nodiscard]] bool is_aside(std::uint32_t index, TimePoint now) const noexcept;

private:
    struct Aside {
        std::uint32_t index;
        TimePoint until;
        int times;  ///< in a row
    };
    Aside& record(std::uint32_t index);

    TimePoint due_{};
    std::vector<Aside> records_;  ///< of those that ever were
};

}  // namespace breakwater
