// Property: whatever a provider sends, each client dialect makes one JSON object of a whole answer, and of a stream
// nothing but events that are one, an end mark and comments; and an error can be said in it at any point.
#include "breakwater/canonical/stream_guard.hpp"
#include "breakwater/ingress/ingress.hpp"
#include "breakwater/providers/provider.hpp"
#include "expect.hpp"

namespace {

using namespace breakwater;

/// Behind the guard comes a StreamFault as the last event; the exchange hands it on when the answer has begun.
void answer(const ProviderModule& module, const Ingress& ingress, std::string_view body, bool stream) {
    const auto provider = module.make(config::Provider{.name = "fuzzed", .dialect = std::string(module.dialect)});
    const Deployment deployment{.name = "d", .provider = "fuzzed", .model = "m"};
    ChatRequest request;
    request.stream = stream;
    const auto decoder = provider->make_decoder(request, deployment);
    HttpResponseHead head{.status = 200};
    head.headers.add("content-type", stream ? "text/event-stream" : "application/json");
    if (!decoder->on_head(head)) return;
    const auto encoder = ingress.make_encoder(
        {.response_id = "chatcmpl-1", .created = 1, .model = "m", .stream = stream, .include_usage = true});
    Rng rng(1);
    StreamGuard guard(*encoder, rng);
    Result<void> done = decoder->on_body(body, guard);
    if (done) done = decoder->on_end(guard);
    if (!done && !guard.ended()) {
        if (!stream) return;  // the client gets an error answer instead
        guard.on_event(StreamFault{done.error()});
    }
    if (stream) {
        expect_events(encoder->out());
    } else if (!encoder->out().empty()) {
        expect_object(encoder->out());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    for (const ProviderModule& module : all_provider_modules()) {
        for (const Ingress* ingress : all_ingresses()) {
            for (const bool stream : {false, true}) answer(module, *ingress, body, stream);
        }
    }
    return 0;
}
