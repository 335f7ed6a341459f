#pragma once

#include "route_decision.hpp"
#include "span_writer.hpp"

namespace breakwater {

/// What of a decision is true of the request as a whole, as attributes of its span.
void write_decision_attributes(SpanAttributes& attributes, const RouteDecision& decision);

/// One event for every candidate, in order: `breakwater.candidate` with what its place rests on, for those that stay,
/// `breakwater.removed` with the constraints that removed it, for the others. As many of each as RouteDecision keeps.
void write_decision_events(JsonWriter& json, const RouteDecision& decision, WallTime at);

}  // namespace breakwater
