#pragma once

#include <memory>

#include "breakwater/exchange/operation.hpp"
#include "breakwater/gateway/snapshot.hpp"
#include "breakwater/routing/live_knowledge.hpp"
#include "breakwater/wire/http_message.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "route_decision.hpp"

namespace breakwater {

/// What a choice of candidates borrows for the call.
struct RouteChoiceContext {
    const Snapshot& snapshot;
    const Headers& headers;  ///< of the request
    const config::ClientKey* key;
    JsonReader& reader;
    const LiveKnowledge& knowledge;
    TimePoint now;
    Rng& rng;
};

/// The route of a request with the deployments that may answer, in the order in which they are asked. Takes the
/// request's wishes about it out of the request. Where nobody has stated a wish or a constraint and the route is a
/// plain list, this is a look-up; where there is a choice, `decision` says how it was made, an unsuccessful one too.
/// Errors: 404, 403, 400 for a wish that was not understood, 422 when no candidate is left.
Result<Snapshot::Resolved> choose_route(const RouteChoiceContext& context, Operation& operation,
                                        std::unique_ptr<const RouteDecision>& decision);

/// The deployments of a plain list, for which `choose_route` gives no decision, as a decision: in their order, and with
/// what a choice would know of them.
std::unique_ptr<const RouteDecision> describe_list(const RouteChoiceContext& context, const Operation& operation,
                                                   const Snapshot::Resolved& route);

}  // namespace breakwater
