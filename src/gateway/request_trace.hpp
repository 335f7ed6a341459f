#pragma once

#include <memory>

#include "breakwater/gateway/snapshot.hpp"
#include "breakwater/wire/trace_context.hpp"

namespace breakwater {

/// The trace of a request that belongs to one, from its head on.
struct RequestTrace {
    TraceContext context{};
    std::uint64_t span_id = 0;  ///< of the gateway's own span; 0 where it only passes the trace on
    Duration began{0};          ///< first byte of the request -> its exchange began; zero when there was none
    const Snapshot* snapshot = nullptr;

    /// Its spans are to be sent.
    [[nodiscard]] bool recorded() const noexcept { return span_id != 0 && context.sampled(); }
};

/// The trace that a request belongs to: the client's, or one that begins here. Null when the configuration of the
/// snapshot, which outlives it, has nothing traced; then nothing is looked at. `headers` may be null. `trusted`: the
/// client has a valid key, or needs none; the flag of any other counts for nothing, and `sample` decides as if the
/// trace began here.
std::unique_ptr<RequestTrace> trace_request(const Snapshot& snapshot, const Headers* headers, bool trusted, Rng& rng);

}  // namespace breakwater
