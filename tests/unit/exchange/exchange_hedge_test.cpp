#include "openai_answers.hpp"

namespace breakwater::test {
namespace {

/// A bench whose route starts a second attempt after a second.
struct HedgeBench : ExchangeBench {
    HedgeBench() {
        policies.hedge.enabled = true;
        policies.hedge.after = 1s;
    }
    [[nodiscard]] std::vector<std::string> outcomes() const {
        std::vector<std::string> all;
        for (const AttemptRecord& record : report.attempts) {
            all.push_back(record.deployment->name + " " + std::string(to_string(record.reason)) + " " + record.outcome);
        }
        return all;
    }
};

UpstreamScript late_stream(Duration after) {
    UpstreamScript script = good_stream();
    script.head_after = after;
    return script;
}

using Outcomes = std::vector<std::string>;

TEST(ExchangeHedge, IsNotStartedWhileTheFirstIsInTime) {
    HedgeBench bench;
    bench.upstream.answer("a", late_stream(900ms));
    bench.run(bench.request(true));
    EXPECT_TRUE(read_back(bench.client).complete());
    EXPECT_EQ(bench.upstream.sent.size(), 1u);
    EXPECT_EQ(bench.report.attempts_started, 1);
}

TEST(ExchangeHedge, AnswersWhenTheFirstIsLate) {
    for (const bool stream : {true, false}) {
        HedgeBench bench;
        UpstreamScript late = stream ? good_stream() : good_answer();
        late.head_after = 12s;
        bench.policies.timeouts.head = 100s;
        bench.upstream.answer("a", late);
        bench.upstream.answer("b", stream ? good_stream() : good_answer());
        bench.run(bench.request(stream));
        const Received got = read_back(bench.client);
        EXPECT_TRUE(got.complete()) << got.problem << bench.client.body;
        EXPECT_EQ(got.text, "Hello world");
        EXPECT_EQ(bench.elapsed(), 1s);
        EXPECT_EQ(bench.report.served->name, "b");
        EXPECT_EQ(bench.report.attempts_started, 2);
        EXPECT_EQ(bench.outcomes(), (Outcomes{"a first outrun", "b hedge ok"}));
        EXPECT_EQ(bench.upstream.cancelled, 1);
        ASSERT_EQ(bench.upstream.sent.size(), 2u);
        EXPECT_EQ(bench.upstream.sent[1].at - bench.started, 1s);
    }
}

TEST(ExchangeHedge, LosesWhenTheFirstAnswersAfterAll) {
    HedgeBench bench;
    bench.upstream.answer("a", late_stream(1500ms));
    bench.upstream.answer("b", late_stream(10s));
    bench.run(bench.request(true));
    EXPECT_TRUE(read_back(bench.client).complete());
    EXPECT_EQ(bench.elapsed(), 1500ms);
    EXPECT_EQ(bench.report.served->name, "a");
    EXPECT_EQ(bench.outcomes(), (Outcomes{"b hedge outrun", "a first ok"}));
    EXPECT_EQ(bench.report.attempts.back().hedge, HedgeOutcome::started);
    EXPECT_EQ(bench.report.attempts.back().late_after, 1s);
}

TEST(ExchangeHedge, GoesToTheSameDeploymentWhenThereIsNoOther) {
    HedgeBench bench;
    bench.deployments.pop_back();
    bench.upstream.answer("a", late_stream(9s));
    bench.upstream.answer("a", late_stream(100ms));
    bench.run(bench.request(true));
    EXPECT_TRUE(read_back(bench.client).complete());
    EXPECT_EQ(bench.elapsed(), 1100ms);
    EXPECT_EQ(bench.outcomes(), (Outcomes{"a first outrun", "a hedge ok"}));
}

TEST(ExchangeHedge, TakesOverWhenTheFirstFails) {
    HedgeBench bench;
    UpstreamScript failing;
    failing.head_after = 2s;
    failing.head_error = Error(ErrorKind::upstream_truncated, "cut");
    bench.upstream.answer("a", failing);
    bench.upstream.answer("b", late_stream(3s));
    bench.run(bench.request(true));
    EXPECT_TRUE(read_back(bench.client).complete());
    EXPECT_EQ(bench.elapsed(), 4s);
    EXPECT_EQ(bench.upstream.sent.size(), 2u) << "nothing is started beside the hedge";
    EXPECT_EQ(bench.report.served->name, "b");
}

TEST(ExchangeHedge, ItsFailureLeavesTheFirstAlone) {
    HedgeBench bench;
    bench.upstream.answer("a", late_stream(3s));
    bench.upstream.answer("b", error_answer(500, "server_error"));
    bench.run(bench.request(true));
    EXPECT_TRUE(read_back(bench.client).complete());
    EXPECT_EQ(bench.elapsed(), 3s);
    EXPECT_EQ(bench.report.served->name, "a");
}

TEST(ExchangeHedge, BothFailuresComeToOneError) {
    HedgeBench bench;
    bench.policies.retry.attempts = 1;
    UpstreamScript failing;
    failing.head_after = 2s;
    failing.head_error = Error(ErrorKind::upstream_truncated, "cut");
    bench.upstream.answer("a", failing);
    bench.upstream.answer("b", error_answer(500, "server_error"));
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_TRUE(got.failed());
    EXPECT_EQ(got.code(), "upstream_truncated") << "the first attempt's error";
    EXPECT_EQ(bench.upstream.sent.size(), 2u);
}

TEST(ExchangeHedge, StopsBothWhenTheClientLeaves) {
    HedgeBench bench;
    bench.upstream.answer("a", late_stream(9s));
    bench.upstream.answer("b", late_stream(9s));
    bench.runtime.at(bench.runtime.now() + 1500ms, [&bench] { bench.client.gone().request(); });
    bench.run(bench.request(true));
    EXPECT_EQ(bench.elapsed(), 1500ms);
    EXPECT_EQ(bench.report.termination, Termination::client_gone);
    EXPECT_EQ(bench.outcomes(), (Outcomes{"a first client_gone", "b hedge client_gone"}));
    EXPECT_EQ(bench.upstream.cancelled, 2);
}

TEST(ExchangeHedge, IsBoundByItsBudget) {
    HedgeBench bench;
    bench.hedge_budget = RetryBudget(0, 0);
    bench.upstream.answer("a", late_stream(3s));
    bench.run(bench.request(true));
    EXPECT_EQ(bench.elapsed(), 3s);
    EXPECT_EQ(bench.upstream.sent.size(), 1u);
    EXPECT_EQ(bench.report.attempts.front().hedge, HedgeOutcome::no_budget);
}

TEST(ExchangeHedge, IsNotStartedForDearRequests) {
    HedgeBench bench;
    bench.policies.hedge.max_cost_usd = 0.01;
    bench.prompt_tokens = 100'000;
    for (Deployment& deployment : bench.deployments) deployment.facts.price.input = 1.0;
    bench.upstream.answer("a", late_stream(3s));
    bench.run(bench.request(true));
    EXPECT_EQ(bench.upstream.sent.size(), 1u);
    EXPECT_EQ(bench.report.attempts.front().hedge, HedgeOutcome::too_dear);
}

TEST(ExchangeHedge, IsNotStartedOnADeploymentAtItsLimit) {
    HedgeBench bench;
    bench.in_flight.limits["b"] = 0;
    bench.upstream.answer("a", late_stream(3s));
    bench.run(bench.request(true));
    EXPECT_TRUE(read_back(bench.client).complete());
    EXPECT_EQ(bench.upstream.sent.size(), 1u);
    EXPECT_EQ(bench.report.served->name, "a");
    EXPECT_EQ(bench.report.attempts.back().hedge, HedgeOutcome::nobody);
}

TEST(ExchangeHedge, ThatIsRefusedLeavesTheFirstItsRetries) {
    HedgeBench bench;
    bench.deployments.pop_back();
    bench.in_flight.limits["a"] = 1;
    UpstreamScript failing;
    failing.head_after = 3s;
    failing.head_error = Error(ErrorKind::upstream_truncated, "cut");
    bench.upstream.answer("a", failing);
    bench.upstream.answer("a", good_stream());
    bench.run(bench.request(true));
    EXPECT_TRUE(read_back(bench.client).complete()) << bench.client.body;
    EXPECT_EQ(bench.report.attempts_started, 2);
}

// Only one of the two may write to the client before there is a winner.
TEST(ExchangeHedge, PingsTheClientOnceForBoth) {
    HedgeBench bench;
    bench.ping = 3s;
    bench.policies.timeouts.head = 100s;
    bench.upstream.answer("a", late_stream(8s));
    bench.upstream.answer("b", late_stream(50s));
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_TRUE(got.complete()) << got.problem;
    EXPECT_EQ(got.pings, 2);
    EXPECT_EQ(bench.decorated, 1);
}

TEST(ExchangeHedge, GoesOnPingingWhenTheFirstHasFailed) {
    HedgeBench bench;
    bench.ping = 3s;
    bench.policies.timeouts.head = 100s;
    UpstreamScript failing;
    failing.head_after = 4s;
    failing.head_error = Error(ErrorKind::upstream_truncated, "cut");
    bench.upstream.answer("a", failing);
    bench.upstream.answer("b", late_stream(20s));
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_TRUE(got.complete()) << got.problem;
    EXPECT_GE(got.pings, 5);
}

TEST(ExchangeHedge, WaitsForTheLiveP95WhenNoTimeIsNamed) {
    HedgeBench bench;
    bench.policies.hedge.after.reset();
    bench.learn("a", 200ms, 100);
    bench.upstream.answer("a", late_stream(5s));
    bench.upstream.answer("b", good_stream());
    bench.run(bench.request(true));
    EXPECT_EQ(bench.report.served->name, "b");
    EXPECT_GE(bench.elapsed(), 200ms);
    EXPECT_LE(bench.elapsed(), 230ms);
}

TEST(ExchangeHedge, IsNotStartedOnADeploymentThatNobodyKnows) {
    HedgeBench bench;
    bench.policies.hedge.after.reset();
    bench.upstream.answer("a", late_stream(5s));
    bench.run(bench.request(true));
    EXPECT_EQ(bench.upstream.sent.size(), 1u);
}

}  // namespace
}  // namespace breakwater::test
