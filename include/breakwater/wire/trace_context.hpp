#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "breakwater/base/random.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {

// Which trace a request belongs to, as the headers traceparent and tracestate say it (W3C Trace Context,
// https://www.w3.org/TR/trace-context-2/). Pure: chance comes from the caller's Rng.

/// A trace and a place in it. A value.
struct TraceContext {
    static constexpr std::uint8_t kSampled = 0x01;
    static constexpr std::uint8_t kRandom = 0x02;  ///< level 2: the trace id is random; only ever passed on

    std::uint64_t trace_high = 0;  ///< the first half of the trace id; both are never 0 together
    std::uint64_t trace_low = 0;
    std::uint64_t parent_id = 0;  ///< the span of whoever sent the request; 0 when the trace begins here
    std::uint8_t flags = 0;       ///< kSampled, kRandom
    std::string state{};          ///< the value of tracestate, checked; or empty
    bool spans = false;           ///< the gateway has spans of its own in it, and does not only pass it on

    [[nodiscard]] bool sampled() const noexcept { return (flags & kSampled) != 0; }
    void set_sampled(bool sampled) noexcept {
        flags = static_cast<std::uint8_t>(sampled ? flags | kSampled : flags & ~kSampled);
    }
    friend bool operator==(const TraceContext&, const TraceContext&) = default;
};

/// A value of traceparent; nothing when it is not valid. Of version 00 all 55 characters, of later ones the first 55,
/// behind which only a dash may follow; version ff and ids of zeros alone are not valid, capitals neither.
std::optional<TraceContext> parse_traceparent(std::string_view value) noexcept;

/// What a request's headers say. Nothing without a valid traceparent, or with several: then the tracestate counts for
/// nothing either.
std::optional<TraceContext> read_trace_context(const Headers& headers);

/// All fields tracestate in their order as one value; empty when there is none, when it has more than 32 members or
/// 512 bytes, or when one of them is not what the standard calls a member.
std::string read_tracestate(const Headers& headers);

/// A new trace with random ids, and no span yet. `share` (0..1): of such traces, how many are sampled. Which they are
/// follows from the id, so that whoever applies the same share to it decides the same.
TraceContext begin_trace(double share, Rng& rng);

/// A random id that is not 0.
std::uint64_t random_span_id(Rng& rng) noexcept;

/// Says of an upstream request that it comes from the span `span_id` of the trace.
void set_trace_context(Headers& headers, const TraceContext& context, std::uint64_t span_id);

/// As the standard writes ids: lower case, 16 and 32 digits.
void append_span_id(std::string& out, std::uint64_t span_id);
void append_trace_id(std::string& out, const TraceContext& context);

}  // namespace breakwater
