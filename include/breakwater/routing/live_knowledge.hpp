#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "breakwater/base/clock.hpp"
#include "breakwater/routing/deployment.hpp"

namespace breakwater {

/// Prompts that are alike in how long a model reads them. Latencies are kept apart by it: a mean over all would call
/// every long prompt slow.
enum class SizeClass : std::uint8_t {
    small,   ///< under 1,000 tokens
    medium,  ///< under 8,000
    large,   ///< under 64,000
    huge,
};
inline constexpr std::size_t kSizeClasses = 4;

[[nodiscard]] constexpr SizeClass size_class(std::int64_t prompt_tokens) noexcept {
    if (prompt_tokens < 1'000) return SizeClass::small;
    if (prompt_tokens < 8'000) return SizeClass::medium;
    if (prompt_tokens < 64'000) return SizeClass::large;
    return SizeClass::huge;
}

/// How a deployment has behaved lately, for prompts of one size. What too few requests have shown is not there.
struct LiveFigures {
    std::uint64_t samples = 0;  ///< first tokens that the quantiles rest on
    std::optional<Duration> first_token_p50{};
    std::optional<Duration> first_token_p95{};
    std::optional<Duration> gap_p95{};          ///< between content tokens
    std::optional<double> tokens_per_second{};  ///< output, after the first token
    std::optional<double> cached_share{};       ///< of prompt tokens read from the provider's cache, 0..1
    double error_share = 0;                     ///< of attempts, 0..1
    std::uint32_t in_flight = 0;                ///< attempts running now
    Duration peak_latency{
        0};                 ///< first token, jumps up at once and decays; an error counts as a long one. Zero: unknown
    bool available = true;  ///< not cooling down, its circuit not open, and no operator needed
    double ramp = 1;        ///< share of its traffic that it should get while it starts slowly, 0..1
};

/// What is known of all deployments. One per worker; single-threaded.
class LiveKnowledge {
public:
    virtual ~LiveKnowledge() = default;
    [[nodiscard]] virtual LiveFigures figures(const Deployment& deployment, SizeClass size, TimePoint now) const = 0;
};

}  // namespace breakwater
