#include "read_ahead.hpp"

#include "breakwater/providers/rate_limit_headers.hpp"

namespace breakwater {

void read_ahead(const Headers& headers, const Deployment& deployment, const Credential& credential,
                const ExchangeContext& context) {
    DeploymentHealth* const health = context.health.of(deployment);
    if (health == nullptr || !has_rate_limits(headers)) return;
    const TimePoint now = context.runtime.now();
    RateLimitReading reading = read_rate_limits(headers, context.runtime.wall_now());
    context.credentials.narrow_limits(deployment, credential, reading, now);
    health->on_rate_limits(reading, now);
}

}  // namespace breakwater
