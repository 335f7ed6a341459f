#pragma once

#include <string>
#include <string_view>

#include "breakwater/exchange/operation.hpp"
#include "breakwater/gateway/snapshot.hpp"
#include "breakwater/routing/live_knowledge.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater {

/// What a plan borrows for the call.
struct PlanContext {
    const Snapshot& snapshot;
    const Headers& headers;        ///< of the client's request
    const config::ClientKey* key;  ///< null: whoever may use everything
    JsonReader& reader;
    const LiveKnowledge& knowledge;
    TimePoint now;
    WallTime wall_now;
    Rng& rng;
};

/// Whose upstream bodies a plan shows.
enum class PlanBodies : std::uint8_t { first, all };

/// Where the request would go, without sending it, as a JSON object: the decision trace, and for each candidate in
/// order what would be done to the request and what would be sent, with the names of its headers but no value and no
/// credential. Of a plain list, too. Bounded: at most 32 candidates; beyond some megabytes of bodies the rest is left
/// out. Errors: those that the request would end with before its first attempt.
Result<std::string> plan_route(const PlanContext& context, Operation& operation, PlanBodies bodies);

/// A plan that `plan_route` made, as text for a terminal.
std::string plan_text(std::string_view plan);

}  // namespace breakwater
