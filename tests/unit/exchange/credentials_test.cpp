#include "openai_answers.hpp"

namespace breakwater::test {
namespace {

UpstreamScript refusal(int status) {
    return error_answer(status, "c");
}

TEST(ExchangeCredentials, AreAskedForByEachAttempt) {
    ExchangeBench bench;
    bench.upstream.answer("a", refusal(500));
    bench.upstream.answer("a", refusal(500));
    bench.upstream.answer("b", good_answer());
    bench.run(ExchangeBench::request(false));
    EXPECT_EQ(bench.report.status, 200);
    EXPECT_EQ(bench.credentials.refused,
              (std::vector<std::string>{"a sk-test upstream_error", "a sk-test upstream_error"}));
}

TEST(ExchangeCredentials, ThatAreRefusedAreReplacedOnTheSameDeployment) {
    for (const int status : {401, 403, 429}) {
        ExchangeBench bench;
        bench.credentials.others = {"sk-second"};
        bench.upstream.answer("a", refusal(status));
        bench.upstream.answer("a", good_answer());
        bench.run(ExchangeBench::request(false));
        EXPECT_EQ(bench.report.status, 200);
        EXPECT_EQ(bench.report.served->name, "a");
        ASSERT_EQ(bench.upstream.sent.size(), 2u);
        EXPECT_EQ(bench.upstream.sent[0].request.headers.get("authorization"), "Bearer sk-test");
        EXPECT_EQ(bench.upstream.sent[1].request.headers.get("authorization"), "Bearer sk-second");
    }
}

TEST(ExchangeCredentials, HearOnceThatTheyWereGood) {
    for (const bool stream : {false, true}) {
        ExchangeBench bench;
        bench.credentials.others = {"sk-second"};
        bench.upstream.answer("a", refusal(403));
        bench.upstream.answer("a", stream ? good_stream() : good_answer());
        bench.run(ExchangeBench::request(stream));
        EXPECT_EQ(bench.report.status, 200);
        EXPECT_EQ(bench.credentials.refused, std::vector<std::string>{"a sk-test upstream_permission"});
        EXPECT_EQ(bench.credentials.good, std::vector<std::string>{"a sk-second"});
        EXPECT_EQ(bench.report.attempts.at(1).reason, AttemptReason::other_credential);
    }
}

TEST(ExchangeCredentials, ThatAreAllForbiddenEndWithTheFirstError) {
    ExchangeBench bench;
    bench.deployments.pop_back();
    bench.credentials.others = {"sk-second"};
    bench.upstream.answer("a", error_answer(403, "first"));
    bench.upstream.answer("a", error_answer(403, "second"));
    bench.run(ExchangeBench::request(false));
    EXPECT_EQ(bench.report.status, 502);
    EXPECT_EQ(bench.upstream.sent.size(), 2u);
    EXPECT_NE(bench.client.body.find(R"("code":"first")"), std::string::npos) << bench.client.body;
    EXPECT_TRUE(bench.credentials.good.empty());
}

TEST(ExchangeCredentials, ThatAreNotThereYetAreWaitedFor) {
    ExchangeBench bench;
    bench.credentials.fetching = {{"a", 1500ms}};
    bench.upstream.answer("a", good_answer());
    bench.run(ExchangeBench::request(false));
    EXPECT_EQ(bench.report.status, 200);
    EXPECT_EQ(bench.report.served->name, "a");
    EXPECT_GE(bench.elapsed(), 1500ms);
}

TEST(ExchangeCredentials, ThatDoNotComeInTimeAreAFailureThatAnotherDeploymentMayCure) {
    ExchangeBench bench;
    bench.credentials.fetching = {{"a", 1h}};
    bench.upstream.answer("b", good_answer());
    bench.run(ExchangeBench::request(true));
    EXPECT_EQ(bench.report.status, 200);
    EXPECT_EQ(bench.report.served->name, "b");
    EXPECT_EQ(bench.elapsed(), 2s) << "the connect time";
    EXPECT_EQ(bench.report.attempts.at(0).outcome, "upstream_auth_error");
}

TEST(ExchangeCredentials, AreNotWaitedForWhenTheClientIsGone) {
    ExchangeBench bench;
    bench.credentials.fetching = {{"a", 1h}};
    bench.start(ExchangeBench::request(false));
    bench.client.gone().request();
    while (!bench.ended && bench.runtime.advance()) {
    }
    EXPECT_EQ(bench.report.termination, Termination::client_gone);
    EXPECT_EQ(bench.report.status, 499);
    EXPECT_TRUE(bench.upstream.sent.empty());
    EXPECT_EQ(bench.elapsed(), Duration::zero());
}

}  // namespace
}  // namespace breakwater::test
