#include "openai_answers.hpp"

namespace breakwater::test {
namespace {

struct HoldBench : ExchangeBench {
    HoldBench() { policies.after_commit = {config::AfterCommit::hold}; }
};

TEST(ExchangeHold, WritesNothingBeforeTheAnswerIsWhole) {
    HoldBench bench;
    bench.upstream.answer("a", good_stream(2s));
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_TRUE(got.complete()) << got.problem << bench.client.body;
    EXPECT_EQ(got.text, "Hello world");
    ASSERT_EQ(bench.client.writes.size(), 1u);
    EXPECT_EQ(bench.client.writes[0].first - bench.started, bench.elapsed());
    EXPECT_EQ(bench.report.attempts[0].first_content, 4s) << "the figures are the stream's own";
}

TEST(ExchangeHold, ReplacesAnAttemptThatFailsAfterContent) {
    HoldBench bench;
    bench.upstream.answer("a", broken_after({role_chunk(), text_chunk("Hel")}, ErrorKind::upstream_invalid));
    bench.upstream.answer("b", good_stream());
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_TRUE(got.complete()) << got.problem << bench.client.body;
    EXPECT_EQ(got.text, "Hello world");
    EXPECT_EQ(bench.report.served->name, "b");
}

TEST(ExchangeHold, SaysAnErrorAsSuchWhenNoAttemptSucceeds) {
    HoldBench bench;
    for (const char* name : {"a", "b"}) {
        bench.upstream.answer(name, broken_after({role_chunk(), text_chunk("Hel")}, ErrorKind::upstream_invalid));
    }
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_EQ(got.status, 502) << bench.client.body;
    EXPECT_EQ(got.text, "");
}

TEST(ExchangeHold, KeepsAWaitingClientAliveWithPings) {
    HoldBench bench;
    bench.ping = 3s;
    bench.upstream.answer("a", good_stream(2s));
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_TRUE(got.complete()) << got.problem << bench.client.body;
    EXPECT_EQ(got.text, "Hello world");
    EXPECT_GE(got.pings, 2);
}

TEST(ExchangeHold, APingTakesNothingOfAnAnswerWithIt) {
    HoldBench bench;
    bench.ping = 3s;
    UpstreamScript cut = stream_of({role_chunk(), text_chunk("Not this")}, 1s);
    cut.body.push_back({.after = 5s, .error = Error(ErrorKind::upstream_invalid, "broken")});
    bench.upstream.answer("a", cut);
    bench.upstream.answer("b", good_stream(2s));
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_TRUE(got.complete()) << got.problem << bench.client.body;
    EXPECT_EQ(got.text, "Hello world");
    EXPECT_EQ(got.roles, 1);
    EXPECT_GE(got.pings, 3);
    EXPECT_EQ(bench.client.body.find("Not this"), std::string::npos);
}

TEST(ExchangeHold, IsNotHedged) {
    HoldBench bench;
    bench.policies.hedge.enabled = true;
    bench.policies.hedge.after = 1s;
    bench.upstream.answer("a", good_stream(2s));
    bench.run(bench.request(true));
    EXPECT_TRUE(read_back(bench.client).complete());
    EXPECT_EQ(bench.upstream.sent.size(), 1u);
}

TEST(ExchangeHold, EndsAnAnswerThatIsTooLong) {
    HoldBench bench;
    bench.policies.retry.attempts = 1;
    std::vector<std::string> reads{role_chunk()};
    for (int i = 0; i < 18; ++i) reads.push_back(text_chunk(std::string(1u << 20, 'x')));
    reads.push_back(stop_chunk());
    bench.upstream.answer("a", stream_of(reads));
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_EQ(got.code(), "answer_too_long_to_hold");
    EXPECT_EQ(got.status, 502);
}

}  // namespace
}  // namespace breakwater::test
