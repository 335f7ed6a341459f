// The tools that every byte goes through: JSON reader and writer, the parser of event streams, the guard of request
// heads.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "breakwater/wire/sse_parser.hpp"
#include "net/request_guard.hpp"
#include "samples.hpp"

namespace {

using namespace breakwater;

void bytes_processed(benchmark::State& state, std::size_t bytes) {
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
}

void JsonReader_parse(benchmark::State& state) {
    const std::string body = bench::request_body(static_cast<std::size_t>(state.range(0)));
    JsonReader reader;
    for (auto _ : state) {
        auto root = reader.parse(body);
        if (!root) std::abort();
        benchmark::DoNotOptimize(root);
    }
    bytes_processed(state, body.size());
}
BENCHMARK(JsonReader_parse)->Arg(1000)->Arg(10'000)->Arg(100'000);

/// Plain text, which needs nothing, and text in which every 32nd character does.
void JsonWriter_escape(benchmark::State& state) {
    std::string text(10'000, 'x');
    if (state.range(0) != 0)
        for (std::size_t i = 0; i < text.size(); i += 32) text[i] = '"';
    std::string out;
    for (auto _ : state) {
        out.clear();
        append_json_escaped(out, text);
        benchmark::DoNotOptimize(out.data());
    }
    bytes_processed(state, text.size());
}
BENCHMARK(JsonWriter_escape)->Arg(0)->Arg(1)->ArgName("quotes");

class Count : public SseHandler {
public:
    Result<void> on_sse(const SseEvent& event) override {
        benchmark::DoNotOptimize(event.data.data());
        ++events;
        return {};
    }
    std::int64_t events = 0;
};

/// Fed in the pieces that one read brings: 64 KB in a burst, an event when they are paced.
void SseParser_feed(benchmark::State& state) {
    const std::string body = bench::stream_body(bench::Dialect::openai, 200);
    const auto piece = static_cast<std::size_t>(state.range(0));
    Count count;
    for (auto _ : state) {
        SseParser parser;
        for (std::size_t at = 0; at < body.size(); at += piece)
            if (!parser.feed(std::string_view(body).substr(at, piece), count)) std::abort();
    }
    bytes_processed(state, body.size());
    state.SetItemsProcessed(count.events);
}
BENCHMARK(SseParser_feed)->Arg(65'536)->Arg(290);

void Request_guard(benchmark::State& state) {
    constexpr std::string_view kHead =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: gateway.example\r\nAccept-Encoding: gzip, deflate\r\n"
        "Connection: keep-alive\r\nAccept: application/json\r\nContent-Type: application/json\r\n"
        "User-Agent: OpenAI/Python 2.0.0\r\nX-Stainless-Lang: python\r\nX-Stainless-Package-Version: 2.0.0\r\n"
        "X-Stainless-OS: Linux\r\nX-Stainless-Arch: x64\r\nX-Stainless-Runtime: CPython\r\n"
        "X-Stainless-Runtime-Version: 3.12.1\r\nAuthorization: Bearer sk-0123456789012345678901234567890\r\n"
        "X-Stainless-Async: false\r\nX-Stainless-Retry-Count: 0\r\nContent-Length: 1000\r\n\r\n";
    for (auto _ : state) {
        const GuardVerdict verdict = check_request_head(kHead, {});
        if (verdict.kind != GuardVerdict::Kind::accepted) std::abort();
        benchmark::DoNotOptimize(verdict);
    }
    bytes_processed(state, kHead.size());
}
BENCHMARK(Request_guard);

}  // namespace
