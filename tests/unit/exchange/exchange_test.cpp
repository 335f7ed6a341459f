#include "breakwater/exchange/exchange.hpp"

#include "openai_answers.hpp"

namespace breakwater::test {
namespace {

TEST(Exchange, RelaysAStream) {
    ExchangeBench bench;
    bench.upstream.answer("a", good_stream());
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_TRUE(got.complete()) << got.problem;
    EXPECT_TRUE(got.done);
    EXPECT_EQ(got.text, "Hello world");
    EXPECT_EQ(got.model, "upstream-model");
    EXPECT_EQ(bench.report.termination, Termination::complete);
    EXPECT_EQ(bench.report.served->name, "a");
    EXPECT_EQ(bench.report.attempts_started, 1);
    EXPECT_EQ(bench.report.attempts.at(0).outcome, "ok");
    EXPECT_EQ(bench.decorated, 1);
}

TEST(Exchange, RelaysAWholeAnswer) {
    ExchangeBench bench;
    bench.upstream.answer("a", good_answer());
    bench.run(bench.request(false));
    const Received got = read_back(bench.client);
    EXPECT_TRUE(got.complete()) << got.problem;
    EXPECT_FALSE(bench.client.streamed);
    EXPECT_EQ(got.text, "Hello world");
    EXPECT_EQ(bench.report.usage->output, 2);
}

TEST(Exchange, SendsTheDeploymentsModelAndCredential) {
    ExchangeBench bench;
    bench.upstream.answer("a", good_answer());
    bench.run(bench.request(false));
    const HttpRequest& sent = bench.upstream.sent.at(0).request;
    EXPECT_EQ(json::parse(sent.body)["model"], "model-a");
    EXPECT_EQ(sent.headers.get("authorization"), "Bearer sk-test");
}

// The end of the chunked coding often comes apart from the last event; only with it can the connection be kept.
TEST(Exchange, ReadsTheBodyToItsEndOnceTheClientHasItsAnswer) {
    ExchangeBench bench;
    UpstreamScript late_end = good_stream();
    late_end.body.push_back({.after = 20ms});
    bench.upstream.answer("a", late_end);
    bench.run(bench.request(true));
    EXPECT_TRUE(read_back(bench.client).done);
    EXPECT_EQ(bench.client.writes.back().first, bench.started);
    EXPECT_EQ(bench.elapsed(), 20ms);
}

TEST(Exchange, DoesNotWaitLongForTheEndOfTheBody) {
    ExchangeBench bench;
    UpstreamScript no_end = good_stream();
    no_end.body.push_back({.stall = true});
    bench.upstream.answer("a", no_end);
    bench.run(bench.request(true));
    EXPECT_TRUE(read_back(bench.client).done);
    EXPECT_EQ(bench.report.termination, Termination::complete);
    EXPECT_EQ(bench.elapsed(), 30ms);
}

TEST(Exchange, WritesEachReadAsItComes) {
    ExchangeBench bench;
    bench.upstream.answer("a", good_stream(1s));
    bench.run(bench.request(true));
    ASSERT_EQ(bench.client.writes.size(), 3u);  // hello, world, end; the role alone is no content
    EXPECT_EQ(bench.client.writes[0].first - bench.started, 2s);
    EXPECT_EQ(bench.client.writes[1].first - bench.started, 3s);
}

/// A failure of the first deployment before any content.
struct Failure {
    const char* name;
    UpstreamScript script;
};

UpstreamScript with_head_error(ErrorKind kind) {
    UpstreamScript script = good_stream();
    script.head_error = Error(kind, "broken");
    return script;
}
UpstreamScript with_send_error(ErrorKind kind) {
    UpstreamScript script = good_stream();
    script.send_error = Error(kind, "broken");
    return script;
}
std::vector<Failure> failures() {
    UpstreamScript html = stream_of({"<!doctype html><html><body>Bad gateway</body></html>"});
    html.head = head_of(200, "text/html");
    return {
        {"Status500", error_answer(500, "x")},
        {"Status429", error_answer(429, "rate_limit_exceeded")},
        {"Status503", error_answer(503, "x")},
        {"Refused", with_send_error(ErrorKind::upstream_connect)},
        {"Dns", with_send_error(ErrorKind::upstream_dns)},
        {"Tls", with_send_error(ErrorKind::upstream_tls)},
        {"LostBeforeHead", with_head_error(ErrorKind::upstream_truncated)},
        {"NotHttp", with_head_error(ErrorKind::upstream_invalid)},
        {"LostAfterHead", broken_after({})},
        {"LostAfterRole", broken_after({role_chunk()})},
        {"EndsAfterRole", stream_of({role_chunk()})},
        {"Empty", stream_of({})},
        {"OnlyDone", stream_of({kDone})},
        {"Html", html},
        {"ErrorIn200",
         whole_answer(200, {{"error", {{"message", "overloaded"}, {"type", "server_error"}, {"code", "x"}}}})},
        {"ErrorAsFirstEvent", stream_of({sse({{"error", {{"message", "overloaded"}, {"type", "server_error"}}}})})},
        {"GarbageEvent", stream_of({"data: {\"choices\":[{\n\n"})},
    };
}

class ReplacedBeforeCommit : public testing::TestWithParam<Failure> {};

TEST_P(ReplacedBeforeCommit, ByTheNextDeploymentInAStream) {
    ExchangeBench bench;
    bench.upstream.answer("a", GetParam().script);
    bench.upstream.answer("b", good_stream());
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_TRUE(got.complete()) << got.problem << bench.client.body;
    EXPECT_EQ(got.text, "Hello world");
    EXPECT_EQ(bench.report.served->name, "b");
    EXPECT_GE(bench.report.attempts.size(), 2u);
    EXPECT_NE(bench.report.attempts.front().outcome, "ok");
}

TEST_P(ReplacedBeforeCommit, ByTheNextDeploymentInAWholeAnswer) {
    ExchangeBench bench;
    bench.upstream.answer("a", GetParam().script);
    bench.upstream.answer("b", good_answer());
    bench.run(bench.request(false));
    const Received got = read_back(bench.client);
    EXPECT_TRUE(got.complete()) << got.problem << bench.client.body;
    EXPECT_EQ(bench.report.served->name, "b");
}

TEST_P(ReplacedBeforeCommit, ByOneTypedErrorWhenAllFail) {
    ExchangeBench bench;
    bench.upstream.answer("a", GetParam().script);
    bench.upstream.answer("b", GetParam().script);
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_TRUE(got.failed()) << got.problem << bench.client.body;
    EXPECT_GE(got.status, 400);
    EXPECT_NE(got.code(), "");
    EXPECT_EQ(bench.report.termination, Termination::error);
    EXPECT_GE(bench.report.attempts_started, 2);
}

INSTANTIATE_TEST_SUITE_P(Exchange, ReplacedBeforeCommit, testing::ValuesIn(failures()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(Exchange, DoesNotRepeatWhatTheClientGotWrong) {
    ExchangeBench bench;
    bench.upstream.answer("a", error_answer(400, "invalid_value"));
    bench.upstream.answer("b", good_answer());
    bench.run(bench.request(false));
    const Received got = read_back(bench.client);
    EXPECT_EQ(got.status, 400);
    EXPECT_EQ(bench.upstream.sent.size(), 1u);
}

TEST(Exchange, LetsGoOfTheRequestAtTheCommitPoint) {
    ExchangeBench bench;
    bench.upstream.answer("a", broken_after({role_chunk()}, ErrorKind::upstream_truncated));
    bench.upstream.answer("b", good_stream(1s));
    bench.start(bench.request(true));
    while (bench.client.body.empty() && bench.runtime.advance()) {
        if (bench.client.body.empty()) EXPECT_TRUE(bench.holds_request());
    }
    EXPECT_FALSE(bench.holds_request());
    while (!bench.ended && bench.runtime.advance()) {
    }
    EXPECT_EQ(bench.report.termination, Termination::complete);
    EXPECT_EQ(bench.report.served->name, "b");
}

TEST(Exchange, EndsABrokenStreamWithAnErrorInBandAfterContent) {
    for (const ErrorKind kind : {ErrorKind::upstream_truncated, ErrorKind::upstream_invalid}) {
        ExchangeBench bench;
        bench.upstream.answer("a", broken_after({role_chunk(), text_chunk("Hello")}, kind));
        bench.upstream.answer("b", good_stream());
        bench.run(bench.request(true));
        const Received got = read_back(bench.client);
        EXPECT_TRUE(got.failed()) << got.problem;
        EXPECT_EQ(got.status, 200);
        EXPECT_EQ(got.text, "Hello");
        EXPECT_FALSE(got.done);
        EXPECT_EQ(got.finishes, 0);
        EXPECT_EQ(got.code(), error_traits(kind).code);
        EXPECT_EQ(bench.upstream.sent.size(), 1u);
        EXPECT_EQ(bench.report.termination, Termination::error_in_stream);
    }
}

// The read that brings the failure may bring content too: the client gets it before the error.
TEST(Exchange, KeepsContentThatCameTogetherWithTheFailure) {
    ExchangeBench bench;
    const std::string error = sse({{"error", {{"message", "overloaded"}, {"type", "server_error"}}}});
    bench.upstream.answer("a", stream_of({role_chunk(), text_chunk("Hello"), text_chunk(" world") + error}));
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_TRUE(got.failed()) << got.problem;
    EXPECT_EQ(got.text, "Hello world");
    EXPECT_FALSE(got.done);
}

// A whole answer commits only when it is complete, so a break in its middle is still replaced.
TEST(Exchange, ReplacesAWholeAnswerThatBrokeOff) {
    ExchangeBench bench;
    UpstreamScript cut = good_answer();
    cut.body[0].bytes.resize(cut.body[0].bytes.size() / 2);
    cut.body.push_back({.error = Error(ErrorKind::upstream_truncated, "cut")});
    bench.upstream.answer("a", cut);
    bench.upstream.answer("b", good_answer());
    bench.run(bench.request(false));
    EXPECT_TRUE(read_back(bench.client).complete());
    EXPECT_EQ(bench.report.served->name, "b");
}

TEST(Exchange, PassesADeploymentOverThatIsFull) {
    ExchangeBench bench;
    bench.in_flight.limits["a"] = 0;
    bench.upstream.answer("b", good_answer());
    bench.run(bench.request(false));
    EXPECT_TRUE(read_back(bench.client).complete());
    EXPECT_EQ(bench.report.served->name, "b");
}

TEST(Exchange, SaysThatAllAreFull) {
    ExchangeBench bench;
    bench.in_flight.limits["a"] = 0;
    bench.in_flight.limits["b"] = 0;
    bench.run(bench.request(false));
    const Received got = read_back(bench.client);
    EXPECT_EQ(got.status, 503);
    EXPECT_EQ(got.code(), "deployment_busy");
}

TEST(Exchange, AsksTheBudgetForEveryRetry) {
    ExchangeBench bench;
    bench.budget = RetryBudget(0.0, 0.0);
    bench.upstream.answer("a", error_answer(500, "x"));
    bench.upstream.answer("b", good_answer());
    bench.run(bench.request(false));
    EXPECT_EQ(read_back(bench.client).status, 502);
    EXPECT_EQ(bench.upstream.sent.size(), 1u);
    EXPECT_EQ(bench.report.retry, RetryOutcome::no_budget);
}

TEST(Exchange, BlamesNoBudgetForTheLimitOfAttempts) {
    ExchangeBench bench;
    bench.budget = RetryBudget(0.0, 0.0);
    bench.policies.retry.attempts = 1;
    bench.upstream.answer("a", error_answer(500, "x"));
    bench.run(bench.request(false));
    EXPECT_EQ(read_back(bench.client).status, 502);
    EXPECT_EQ(bench.report.retry, RetryOutcome::not_withheld);
}

TEST(Exchange, WaitsAsLongAsTheProviderAsksFor) {
    ExchangeBench bench;
    bench.deployments.pop_back();
    UpstreamScript limited = error_answer(429, "rate_limit_exceeded");
    limited.head.headers.add("retry-after", "7");
    bench.upstream.answer("a", limited);
    bench.upstream.answer("a", good_answer());
    bench.run(bench.request(false));
    EXPECT_TRUE(read_back(bench.client).complete());
    EXPECT_GE(bench.elapsed(), 7s);
    EXPECT_LE(bench.elapsed(), 8750ms) << "a quarter more at the most, so that not all come back at once";
}

}  // namespace
}  // namespace breakwater::test
