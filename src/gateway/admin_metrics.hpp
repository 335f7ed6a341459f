#pragma once

#include <span>
#include <string>
#include <string_view>

#include "gateway_worker.hpp"

namespace breakwater {

/// The whole exposition: the workers' shards and the process's own numbers. Any thread.
std::string metrics_text(std::span<const std::unique_ptr<GatewayWorker>> workers, SharedState& shared,
                         std::string_view version);

/// Readiness and the JSON that explains it. Not ready while draining; a failed reload is said but does not make it
/// unready, because the last good configuration serves.
std::pair<bool, std::string> readiness(const SharedState& shared);

}  // namespace breakwater
