#pragma once

#include "breakwater/base/clock.hpp"
#include "breakwater/routing/rate_limits.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {

/// Whether an answer says anything that `read_rate_limits` may understand: a look at the names, for every answer.
[[nodiscard]] bool has_rate_limits(const Headers& headers) noexcept;

/// What the headers of an answer, good or bad, say is left of its provider's limits. Known are `x-ratelimit-*` in the
/// forms of OpenAI (https://platform.openai.com/docs/guides/rate-limits), Azure, Groq, Mistral, Together, Fireworks,
/// Cerebras (`-requests-day`), SambaNova and OpenRouter (no word for requests), `anthropic-ratelimit-*`
/// (https://docs.anthropic.com/en/api/rate-limits) and `ratelimit-*` of the IETF draft. Resets are durations, seconds,
/// seconds or milliseconds since the epoch, or RFC 3339; points in time are measured against the answer's own Date, and
/// `now` where it has none. Of several windows the tightest counts. Negative and unreadable figures say nothing, nor do
/// allowances of a kind that is not known. Pure.
[[nodiscard]] RateLimitReading read_rate_limits(const Headers& headers, WallTime now);

}  // namespace breakwater
