#include "retry_headers.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace breakwater::ingress {
namespace {

using std::chrono::milliseconds;

// SDKs wait for at most a minute. With a longer time some give up and some fall back to a wait of seconds and hammer,
// so a longer one goes out only together with the word that a retry makes no sense.
constexpr milliseconds kRetryAfterMax{60'000};

}  // namespace

bool should_retry(const Error& error) {
    if (error.retry_after && *error.retry_after > kRetryAfterMax) return false;
    return error.should_retry.value_or(error_traits(error.kind).client_should_retry);
}

void set_retry_headers(Headers& headers, const Error& error) {
    headers.set("x-should-retry", should_retry(error) ? "true" : "false");
    if (!error.retry_after) return;
    const milliseconds wait = std::max(*error.retry_after, milliseconds::zero());
    headers.set("retry-after", std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count()));
    headers.set("retry-after-ms", std::to_string(wait.count()));
}

}  // namespace breakwater::ingress
