#pragma once

#include "access_log.hpp"
#include "breakwater/gateway/metrics.hpp"

namespace breakwater {

/// Counts a request that has ended, refused ones too.
void record_request(MetricsShard& metrics, const RequestRecord& record);
/// Counts what its exchange did: attempts, tokens, cost, first token, gaps, stages.
void record_exchange(MetricsShard& metrics, const RequestRecord& record);

}  // namespace breakwater
