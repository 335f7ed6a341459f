#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "breakwater/routing/circuit.hpp"
#include "breakwater/routing/latency_digest.hpp"
#include "breakwater/routing/live_knowledge.hpp"
#include "breakwater/routing/outcome_shares.hpp"

namespace breakwater {

/// What all workers together know of a deployment, for operators. Latencies and outcomes are joined, so that their
/// figures are those of all answers; circuits are each worker's own, and are listed. A value.
struct HealthSum {
    struct Worker {
        Circuit::State circuit = Circuit::State::closed;
        Duration probe_in{0};  ///< while the circuit is not closed
        double ramp = 1;
        std::string_view last_failure{};  ///< its code, or empty
    };
    std::array<LatencySum, kSizeClasses> first_tokens{};  ///< of streams
    std::array<LatencySum, kSizeClasses> stream_totals{};
    std::array<LatencySum, kSizeClasses> wholes{};  ///< of whole answers
    LatencySum gaps{};
    OutcomeShares outcomes{};
    std::optional<double> tokens_per_second{};  ///< the mean of the workers' means
    std::optional<double> cached_share{};
    std::vector<Worker> workers{};
    int rates = 0;   ///< workers in `tokens_per_second`
    int caches = 0;  ///< workers in `cached_share`
};

}  // namespace breakwater
