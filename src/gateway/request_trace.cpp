#include "request_trace.hpp"

namespace breakwater {

std::unique_ptr<RequestTrace> trace_request(const Snapshot& snapshot, const Headers* headers, bool trusted, Rng& rng) {
    const config::Trace& settings = snapshot.config().server.trace;
    if (!settings.enabled()) return nullptr;
    std::optional<TraceContext> sent = headers != nullptr ? read_trace_context(*headers) : std::nullopt;
    // Nobody would ever see the first span of a trace that begins here.
    if (!sent && !settings.exports()) return nullptr;
    const bool chosen = sent && !trusted;
    auto trace = std::make_unique<RequestTrace>();
    trace->context = sent ? std::move(*sent) : begin_trace(settings.otlp.sample, rng);
    // By chance and not by the id, which is the client's choice.
    if (chosen) trace->context.set_sampled(rng.uniform() < settings.otlp.sample);
    trace->context.spans = settings.exports();
    if (settings.exports()) trace->span_id = random_span_id(rng);
    trace->snapshot = &snapshot;
    return trace;
}

}  // namespace breakwater
