#pragma once

#include <string_view>

#include "breakwater/exchange/exchange.hpp"
#include "route_decision.hpp"

namespace breakwater {

/// Stages that end before the exchange begins.
struct EarlyStages {
    Duration receive{0};
    Duration parse{0};
};

/// The gateway's own headers on every answer, errors too (C11): x-request-id, x-breakwater-{model, provider,
/// deployment, route, attempts, adapted} and Server-Timing with what is known before the first byte. Values come from
/// configuration, never from the client.
/// `decision`, where candidates were chosen, becomes x-breakwater-decision.
void decorate_head(HttpResponseHead& head, std::string_view request_id, std::string_view route,
                   const ExchangeReport& report, const EarlyStages& stages, const RouteDecision* decision = nullptr);

}  // namespace breakwater
