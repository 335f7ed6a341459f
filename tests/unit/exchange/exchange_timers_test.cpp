#include "openai_answers.hpp"

namespace breakwater::test {
namespace {

UpstreamScript stalled(UpstreamScript script) {
    script.body.push_back({.stall = true});
    return script;
}

struct Timer {
    const char* name;
    UpstreamScript script;
    Duration after;
    const char* code;
};

std::vector<Timer> timers_before_content() {
    UpstreamScript connect = good_stream();
    connect.send_after = 500s;
    UpstreamScript head = good_stream();
    head.head_after = 500s;
    return {
        {"Connect", connect, 2s, "upstream_connect_timeout"},
        {"Head", head, 10s, "upstream_head_timeout"},
        {"FirstToken", stalled(stream_of({})), 20s, "upstream_first_token_timeout"},
        {"FirstTokenAfterRole", stalled(stream_of({role_chunk()})), 20s, "upstream_first_token_timeout"},
    };
}

class BeforeContent : public testing::TestWithParam<Timer> {};

TEST_P(BeforeContent, TheTimerEndsTheAttemptWithItsOwnCode) {
    ExchangeBench bench;
    bench.ping = 1000s;
    bench.policies.retry.attempts = 1;
    bench.upstream.answer("a", GetParam().script);
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_EQ(got.problem, "");
    EXPECT_EQ(got.status, 504);
    EXPECT_EQ(got.code(), GetParam().code);
    EXPECT_EQ(bench.elapsed(), GetParam().after);
}

TEST_P(BeforeContent, TheNextDeploymentTakesOver) {
    ExchangeBench bench;
    bench.upstream.answer("a", GetParam().script);
    bench.upstream.answer("b", good_stream());
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_TRUE(got.complete()) << got.problem << bench.client.body;
    EXPECT_EQ(got.model, "upstream-model");
    EXPECT_EQ(bench.elapsed(), GetParam().after);
    EXPECT_EQ(bench.report.served->name, "b");
}

INSTANTIATE_TEST_SUITE_P(ExchangeTimers, BeforeContent, testing::ValuesIn(timers_before_content()),
                         [](const auto& info) { return std::string(info.param.name); });

// Comments, empty deltas and lifecycle chunks come forever, content never: only content counts.
TEST(ExchangeTimers, NothingButContentStopsTheFirstTokenTimer) {
    ExchangeBench bench;
    bench.policies.retry.attempts = 1;
    std::vector<std::string> chatter;
    for (int i = 0; i < 100; ++i) chatter.push_back(i % 2 == 0 ? ": keep-alive\n\n" : role_chunk());
    bench.upstream.answer("a", stream_of(chatter, 1s));
    bench.run(bench.request(true));
    EXPECT_EQ(bench.elapsed(), 20s);
    EXPECT_EQ(read_back(bench.client).code(), "upstream_first_token_timeout");
}

TEST(ExchangeTimers, AGapAfterContentIsAnErrorInBand) {
    ExchangeBench bench;
    bench.upstream.answer("a", stalled(stream_of({role_chunk(), text_chunk("Hello")}, 1s)));
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_TRUE(got.failed()) << got.problem;
    EXPECT_EQ(got.code(), "upstream_stalled");
    EXPECT_EQ(bench.elapsed(), 32s);
}

TEST(ExchangeTimers, CommentsDoNotHideAGap) {
    ExchangeBench bench;
    std::vector<std::string> reads{text_chunk("Hello")};
    for (int i = 0; i < 100; ++i) reads.emplace_back(": keep-alive\n\n");
    bench.upstream.answer("a", stream_of(reads, 1s));
    bench.run(bench.request(true));
    EXPECT_EQ(read_back(bench.client).code(), "upstream_stalled");
    EXPECT_EQ(bench.elapsed(), 31s);
}

TEST(ExchangeTimers, ASlowStreamWithoutGapsGoesOn) {
    ExchangeBench bench;
    bench.upstream.answer("a", good_stream(14s));
    bench.policies.timeouts.first_token = 60s;
    bench.run(bench.request(true));
    EXPECT_TRUE(read_back(bench.client).complete());
}

TEST(ExchangeTimers, TheTotalEndsEvenALivelyStream) {
    ExchangeBench bench;
    bench.policies.timeouts.total = 45s;
    std::vector<std::string> reads;
    for (int i = 0; i < 100; ++i) reads.push_back(text_chunk("x"));
    bench.upstream.answer("a", stream_of(reads, 1s));
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_TRUE(got.failed()) << got.problem;
    EXPECT_EQ(got.code(), "deadline_exceeded");
    EXPECT_EQ(bench.elapsed(), 45s);
}

// One deadline for all attempts (C5): what the first one used up is not there for the second.
TEST(ExchangeTimers, AttemptsShareOneDeadline) {
    ExchangeBench bench;
    bench.client_total = 15s;
    UpstreamScript late = good_stream();
    late.head_after = 500s;
    bench.upstream.answer("a", late);
    bench.upstream.answer("b", late);
    bench.run(bench.request(true));
    EXPECT_EQ(bench.elapsed(), 15s);
    EXPECT_EQ(read_back(bench.client).status, 504);
}

TEST(ExchangeTimers, ARetryThatCannotFitIsNotStarted) {
    ExchangeBench bench;
    bench.deployments.pop_back();
    bench.client_total = 5s;
    UpstreamScript limited = error_answer(429, "rate_limit_exceeded");
    limited.head.headers.add("retry-after", "7");
    bench.upstream.answer("a", limited);
    bench.run(bench.request(false));
    EXPECT_EQ(bench.elapsed(), 0s);
    EXPECT_EQ(read_back(bench.client).status, 429);
    EXPECT_EQ(bench.client.head->headers.get("retry-after"), "7");
}

TEST(ExchangeTimers, AWholeAnswerMayTakeAsLongAsTheTotal) {
    ExchangeBench bench;
    UpstreamScript slow = good_answer();
    slow.head_after = 150s;
    bench.upstream.answer("a", slow);
    bench.run(bench.request(false));
    EXPECT_TRUE(read_back(bench.client).complete());
    EXPECT_FALSE(bench.client.streamed);
    EXPECT_EQ(bench.elapsed(), 150s);
}

// The client has asked for a stream, and is kept alive by pings.
TEST(ExchangeTimers, AStreamMadeOfAWholeAnswerMayTakeAsLong) {
    ExchangeBench bench;
    for (Deployment& each : bench.deployments) each.capabilities.set(Feature::streaming, Support::absent);
    UpstreamScript slow = good_answer();
    slow.head_after = 150s;
    bench.upstream.answer("a", slow);
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_TRUE(got.complete()) << got.problem << bench.client.body;
    EXPECT_TRUE(bench.client.streamed);
    EXPECT_EQ(got.text, "Hello world");
    EXPECT_EQ(bench.elapsed(), 150s);
    EXPECT_EQ(bench.report.served->name, "a");
}

TEST(ExchangeTimers, AWholeAnswerThatStallsInItsBodyIsReplaced) {
    ExchangeBench bench;
    UpstreamScript half = good_answer();
    half.body[0].bytes.resize(40);
    bench.upstream.answer("a", stalled(half));
    bench.upstream.answer("b", good_answer());
    bench.run(bench.request(false));
    EXPECT_TRUE(read_back(bench.client).complete());
    EXPECT_EQ(bench.elapsed(), 30s);
}

TEST(ExchangeTimers, TheClientsPatienceForTheFirstByteEndsTheWait) {
    ExchangeBench bench;
    bench.client_first_byte = 4s;
    bench.upstream.answer("a", stalled(stream_of({role_chunk()})));
    bench.upstream.answer("b", stalled(stream_of({role_chunk()})));
    bench.run(bench.request(true));
    EXPECT_EQ(bench.elapsed(), 4s);
    EXPECT_EQ(read_back(bench.client).status, 504);
    EXPECT_EQ(read_back(bench.client).code(), "deadline_exceeded");
    EXPECT_EQ(bench.upstream.sent.size(), 1u);
}

TEST(ExchangePing, KeepsASilentStreamAliveWithoutCommitting) {
    ExchangeBench bench;
    bench.ping = 5s;
    bench.policies.timeouts.first_token = 100s;
    bench.policies.timeouts.head = 12s;
    UpstreamScript late = good_stream();
    late.head_after = 500s;
    bench.upstream.answer("a", late);
    bench.upstream.answer("b", good_stream(4s));
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_TRUE(got.complete()) << got.problem << bench.client.body;
    EXPECT_EQ(got.text, "Hello world");
    EXPECT_EQ(bench.report.served->name, "b");
    EXPECT_EQ(got.pings, 4);  // at 5, 10 and 15 s, content from 20 s to 24 s, and at 29 s while the end is awaited
    EXPECT_EQ(bench.decorated, 1);
}

// The time since the client last got something goes on across attempts.
TEST(ExchangePing, CountsSilenceAcrossAttempts) {
    ExchangeBench bench;
    bench.ping = 12s;
    UpstreamScript late = good_stream();
    late.head_after = 500s;
    bench.upstream.answer("a", late);  // given up after 10 s
    bench.upstream.answer("b", stalled(stream_of({})));
    bench.runtime.at(bench.runtime.now() + 13s, [&bench] { bench.client.gone().request(); });
    bench.run(bench.request(true));
    ASSERT_EQ(bench.client.writes.size(), 1u);
    EXPECT_EQ(bench.client.writes[0].first - bench.started, 12s);
}

TEST(ExchangePing, AnErrorAfterAPingGoesInBand) {
    ExchangeBench bench;
    bench.ping = 5s;
    bench.policies.retry.attempts = 1;
    bench.upstream.answer("a", stalled(stream_of({role_chunk()})));
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_TRUE(got.failed()) << got.problem << bench.client.body;
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.code(), "upstream_first_token_timeout");
    EXPECT_EQ(bench.report.termination, Termination::error_in_stream);
}

TEST(ExchangePing, IsNotSentIntoAWholeAnswer) {
    ExchangeBench bench;
    bench.ping = 5s;
    UpstreamScript slow = good_answer();
    slow.head_after = 100s;
    bench.upstream.answer("a", slow);
    bench.run(bench.request(false));
    EXPECT_TRUE(read_back(bench.client).complete());
    EXPECT_EQ(bench.client.calls, 1);
}

TEST(ExchangePing, AClientThatIsGoneAtThePingEndsTheRequest) {
    ExchangeBench bench;
    bench.ping = 5s;
    bench.client.fails_at_call = 2;
    bench.upstream.answer("a", stalled(stream_of({})));
    bench.run(bench.request(true));
    EXPECT_EQ(bench.elapsed(), 10s);
    EXPECT_EQ(bench.report.termination, Termination::client_gone);
    EXPECT_EQ(bench.upstream.sent.size(), 1u);
}

}  // namespace
}  // namespace breakwater::test
