#pragma once

#include <optional>
#include <string>
#include <vector>

#include "breakwater/config/constraints.hpp"
#include "breakwater/routing/deployment.hpp"
#include "breakwater/routing/live_knowledge.hpp"
#include "breakwater/routing/request_needs.hpp"

namespace breakwater {

/// A constraint that a deployment does not meet.
struct Unmet {
    std::string constraint;  ///< "max.price_output", "require.tools", "prompt"
    std::string why;         ///< "15 is above 5"
    friend bool operator==(const Unmet&, const Unmet&) = default;
};

/// Every constraint that `deployment` does not meet. What is not known of it rules it out where money, quality, place
/// or a size was asked for; of capabilities only a stated absence does, and latencies count once they are measured.
void check_constraints(const Deployment& deployment, const config::Constraints& constraints,
                       const RequestNeeds& request, const LiveFigures& live, std::vector<Unmet>& unmet);

/// The same for what the request itself needs. `capabilities` false: only whether its prompt fits.
void check_needs(const Deployment& deployment, const RequestNeeds& request, bool capabilities,
                 std::vector<Unmet>& unmet);

/// USD that a request with an answer of `output` tokens costs, or nothing when a price is not known.
std::optional<double> expected_cost(const Deployment& deployment, const RequestNeeds& request, std::int64_t output,
                                    double cached_share);

/// The deployment's score for a constraint of that name, or nothing.
std::optional<double> quality_of(const Deployment& deployment, std::string_view name);

/// True when the name is the deployment's or that of its provider.
bool is_named(const Deployment& deployment, std::string_view name);

}  // namespace breakwater
