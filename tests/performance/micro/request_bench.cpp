// A request's way through the gateway, without the network: the client's dialect in, the provider's out.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <utility>

#include "breakwater/ingress/ingress.hpp"
#include "breakwater/providers/provider.hpp"
#include "rig.hpp"
#include "samples.hpp"

namespace {

using namespace breakwater;

void Request_decode(benchmark::State& state) {
    const std::string sent = bench::request_body(static_cast<std::size_t>(state.range(0)));
    const Ingress& ingress = *find_ingress("openai.chat");
    JsonReader reader;
    for (auto _ : state) {
        std::string body = sent;  // the request takes it over
        ChatRequest request;
        if (!ingress.decode(body, reader, request)) std::abort();
        benchmark::DoNotOptimize(request);
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(sent.size()) * state.iterations());
}
BENCHMARK(Request_decode)->Arg(1000)->Arg(10'000)->Arg(100'000);

enum class Bytes { spliced, written };

/// The provider's request; `written`: anew, as when the client's bytes cannot go on.
void encode(benchmark::State& state, const char* dialect, Bytes bytes) {
    std::string body = bench::request_body(static_cast<std::size_t>(state.range(0)));
    const std::size_t size = body.size();
    JsonReader reader;
    ChatRequest request;
    if (!find_ingress("openai.chat")->decode(body, reader, request) || !request.sent) std::abort();
    if (bytes == Bytes::written) request.sent.reset();
    const bench::Rig rig(dialect);
    for (auto _ : state) {
        Adaptations adapted;
        auto encoded = rig.provider->encode(request, {.deployment = rig.deployment,
                                                      .credential = rig.key,
                                                      .mode = config::AdaptMode::adapt,
                                                      .adapted = adapted});
        if (!encoded) std::abort();
        benchmark::DoNotOptimize(encoded);
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(size) * state.iterations());
}
BENCHMARK_CAPTURE(encode, openai_spliced, "openai", Bytes::spliced)->Arg(1000)->Arg(10'000)->Arg(100'000);
BENCHMARK_CAPTURE(encode, openai_written, "openai", Bytes::written)->Arg(1000)->Arg(10'000)->Arg(100'000);
BENCHMARK_CAPTURE(encode, anthropic, "anthropic", Bytes::written)->Arg(1000)->Arg(10'000)->Arg(100'000);

}  // namespace
