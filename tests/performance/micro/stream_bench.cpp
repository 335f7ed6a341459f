// A stream's way back, without the network: decoder of the provider, guard, encoder of the client. Items are events.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "breakwater/canonical/stream_guard.hpp"
#include "breakwater/ingress/ingress.hpp"
#include "breakwater/providers/provider.hpp"
#include "rig.hpp"
#include "samples.hpp"

namespace {

using namespace breakwater;

constexpr unsigned kEvents = 200;

/// All that one upstream read brings is decoded, and then written at once: `piece` bytes.
void relay(benchmark::State& state, const char* dialect, bench::Dialect spoken) {
    const std::string body = bench::stream_body(spoken, kEvents);
    const auto piece = static_cast<std::size_t>(state.range(0));
    const bench::Rig rig(dialect);
    ChatRequest request;
    request.stream = true;
    HttpResponseHead head;
    head.headers.add("content-type", "text/event-stream");
    Rng rng(1);
    for (auto _ : state) {
        const auto encoder = find_ingress("openai.chat")
                                 ->make_encoder({.response_id = "chatcmpl-0123456789abcdefghijklmn",
                                                 .created = 1770000000,
                                                 .model = "bench-model",
                                                 .stream = true});
        const auto decoder = rig.provider->make_decoder(request, rig.deployment);
        StreamGuard guard(*encoder, rng);
        if (!decoder->on_head(head)) std::abort();
        for (std::size_t at = 0; at < body.size(); at += piece) {
            if (!decoder->on_body(std::string_view(body).substr(at, piece), guard)) std::abort();
            benchmark::DoNotOptimize(encoder->out().data());
            encoder->out().clear();
        }
        if (!decoder->on_end(guard)) std::abort();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(kEvents) * state.iterations());
}
BENCHMARK_CAPTURE(relay, openai, "openai", bench::Dialect::openai)->Arg(65'536)->Arg(290);
BENCHMARK_CAPTURE(relay, anthropic, "anthropic", bench::Dialect::anthropic)->Arg(65'536)->Arg(130);

}  // namespace
