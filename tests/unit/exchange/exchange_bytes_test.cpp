#include "breakwater/exchange/speech_operation.hpp"
#include "exchange_bench.hpp"

// An answer of opaque bytes: a sound.

namespace breakwater::test {
namespace {

const json kRequest{{"model", "r"}, {"input", "Hello"}};

UpstreamScript sound(std::vector<UpstreamScript::Piece> pieces) {
    UpstreamScript script;
    script.head.headers.add("content-type", "audio/wav");
    script.body = std::move(pieces);
    return script;
}

Error cut() {
    return {ErrorKind::upstream_truncated, "cut"};
}

TEST(ExchangeBytes, GoOnAsTheyCome) {
    ExchangeBench bench;
    bench.upstream.answer("a", sound({{.bytes = "RIFF"}, {.after = 1s, .bytes = "more"}}));
    bench.run(std::make_unique<SpeechOperation>(), kRequest);
    EXPECT_EQ(bench.client.head->headers.get("content-type"), "audio/wav");
    EXPECT_EQ(bench.client.body, "RIFFmore");
    EXPECT_TRUE(bench.client.finished);
    ASSERT_EQ(bench.client.writes.size(), 2u);
    EXPECT_EQ(bench.client.writes[0].first, bench.started);
    EXPECT_EQ(bench.client.writes[1].first, bench.started + 1s);
    EXPECT_EQ(bench.report.termination, Termination::complete);
    EXPECT_FALSE(bench.holds_request());
}

TEST(ExchangeBytes, AFailureBeforeTheFirstIsHidden) {
    ExchangeBench bench;
    bench.upstream.answer("a", sound({{.error = cut()}}));
    bench.upstream.answer("b", sound({{.bytes = "RIFF"}}));
    bench.run(std::make_unique<SpeechOperation>(), kRequest);
    EXPECT_EQ(bench.client.body, "RIFF");
    EXPECT_EQ(bench.report.served->name, "b");
}

TEST(ExchangeBytes, AFailureAfterTheFirstLeavesTheStreamWithoutItsEnd) {
    ExchangeBench bench;
    bench.policies.after_commit = {config::AfterCommit::restart, config::AfterCommit::error};
    bench.upstream.answer("a", sound({{.bytes = "RIFF"}, {.error = cut()}}));
    bench.run(std::make_unique<SpeechOperation>(), kRequest);
    EXPECT_EQ(bench.client.body, "RIFF");
    EXPECT_TRUE(bench.client.streamed);
    EXPECT_FALSE(bench.client.finished);
    EXPECT_EQ(bench.report.termination, Termination::error_in_stream);
    EXPECT_EQ(bench.report.error->code_or_default(), "upstream_truncated");
}

TEST(ExchangeBytes, EventsHaveAnEndAndAnErrorInBand) {
    ExchangeBench bench;
    bench.upstream.answer("a", sound({{.bytes = "RIFF"}, {.error = cut()}}));
    json request = kRequest;
    request["stream_format"] = "sse";
    bench.run(std::make_unique<SpeechOperation>(), request);
    EXPECT_TRUE(bench.client.finished);
    EXPECT_TRUE(bench.client.body.starts_with("data: {\"type\":\"speech.audio.delta\",\"audio\":\"UklGRg==\"}\n\n"));
    EXPECT_NE(bench.client.body.find("upstream_truncated"), std::string::npos);
}

TEST(ExchangeBytes, AnErrorIsAnHttpErrorWhileNothingIsOut) {
    ExchangeBench bench;
    UpstreamScript page = sound({{.bytes = "<html>"}});
    page.head.headers.set("content-type", "text/html");
    bench.upstream.answer("a", page);
    bench.upstream.answer("b", page);
    bench.run(std::make_unique<SpeechOperation>(), kRequest);
    EXPECT_EQ(bench.client.head->status, 502);
    EXPECT_EQ(json::parse(bench.client.body)["error"]["code"], "upstream_invalid_response");
}

}  // namespace
}  // namespace breakwater::test
