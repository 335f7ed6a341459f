#include "openai_answers.hpp"

namespace breakwater::test {
namespace {

struct RecoveryBench : ExchangeBench {
    explicit RecoveryBench(std::vector<config::AfterCommit> list = {config::AfterCommit::restart}) {
        policies.after_commit = std::move(list);
        policies.retry.same = 0;
    }
    Received ask(const json& more = json::object()) {
        run(request(true, more));
        Received got = read_back(client);
        EXPECT_EQ(got.problem, "") << client.body;
        return got;
    }
};

UpstreamScript cut_after(const std::vector<std::string>& texts, ErrorKind kind = ErrorKind::upstream_truncated) {
    std::vector<std::string> reads{role_chunk()};
    for (const std::string& text : texts) reads.push_back(text_chunk(text));
    return broken_after(reads, kind);
}

TEST(ExchangeRestart, CompletesAnAnswerThatBrokeOff) {
    RecoveryBench bench;
    bench.upstream.answer("a", cut_after({"Hel", "lo wo"}));
    bench.upstream.answer("b", good_stream());
    const Received got = bench.ask();
    EXPECT_TRUE(got.complete()) << bench.client.body;
    EXPECT_EQ(got.text, "Hello world");
    EXPECT_EQ(bench.report.termination, Termination::complete);
    EXPECT_EQ(bench.report.served->name, "b");
    ASSERT_EQ(bench.report.attempts.size(), 2u);
    EXPECT_EQ(bench.report.attempts[0].outcome, "upstream_truncated");
    EXPECT_EQ(bench.report.attempts[1].outcome, "ok");
    EXPECT_EQ(to_string(bench.report.attempts[1].reason), "restart");
    EXPECT_EQ(bench.report.attempts_started, 2);
}

TEST(ExchangeRestart, IsToldToTheClientWithWhatItBrings) {
    RecoveryBench bench;
    bench.upstream.answer("a", cut_after({"Hello"}));
    bench.upstream.answer("b", good_stream());
    bench.ask();
    const std::size_t told =
        bench.client.body.find(R"("recovery":{"by":"restart","deployment":"b","model":"model-b"})");
    ASSERT_NE(told, std::string::npos) << bench.client.body;
    EXPECT_LT(bench.client.body.find("Hello"), told);
    EXPECT_LT(told, bench.client.body.find(" world"));
}

TEST(ExchangeRestart, AsksTheSameDeploymentFirstWhereThatIsLikelyToHelp) {
    RecoveryBench bench;
    bench.policies.retry.same = 1;
    bench.upstream.answer("a", cut_after({"Hello"}));
    bench.upstream.answer("a", good_stream());
    EXPECT_TRUE(bench.ask().complete());
    EXPECT_EQ(bench.report.attempts[1].deployment->name, "a");
}

TEST(ExchangeRestart, EndsWithTheFirstErrorWhenTheTextsDiverge) {
    RecoveryBench bench;
    bench.upstream.answer("a", cut_after({"Hello you"}));
    bench.upstream.answer("b", good_stream());
    const Received got = bench.ask();
    EXPECT_TRUE(got.failed());
    EXPECT_EQ(got.code(), "upstream_truncated");
    EXPECT_EQ(got.text, "Hello you");
    EXPECT_EQ(got.finishes, 0);
    EXPECT_EQ(bench.report.attempts.at(1).outcome, "answers_diverge");
    EXPECT_EQ(bench.report.termination, Termination::error_in_stream);
    EXPECT_EQ(bench.health[1].success_share(bench.runtime.now()), 1) << "the deployment did nothing wrong";
}

TEST(ExchangeRestart, ReplacesAnAttemptThatFailsOnItsWay) {
    RecoveryBench bench;
    bench.upstream.answer("a", cut_after({"Hello"}, ErrorKind::upstream_invalid));
    bench.upstream.answer("a", good_stream());
    bench.upstream.answer("b", error_answer(503, "overloaded"));
    const Received got = bench.ask();
    EXPECT_TRUE(got.complete()) << bench.client.body;
    EXPECT_EQ(got.text, "Hello world");
    EXPECT_EQ(bench.upstream.sent.size(), 3u);
}

TEST(ExchangeRestart, ReplacesAnAttemptThatBreaksOffBeforeItSaysAnythingNew) {
    RecoveryBench bench;
    bench.upstream.answer("a", cut_after({"Hello"}, ErrorKind::upstream_invalid));
    bench.upstream.answer("a", good_stream());
    bench.upstream.answer("b", cut_after({"Hell"}));
    const Received got = bench.ask();
    EXPECT_TRUE(got.complete()) << bench.client.body;
    EXPECT_EQ(got.text, "Hello world");
    EXPECT_EQ(bench.client.body.find(R"("deployment":"b")"), std::string::npos) << "it brought nothing";
}

TEST(ExchangeRestart, CompletesAnAnswerThatBreaksOffTwice) {
    RecoveryBench bench;
    bench.upstream.answer("a", cut_after({"Hel"}, ErrorKind::upstream_invalid));
    bench.upstream.answer("a", good_stream());
    bench.upstream.answer("b", cut_after({"Hello wo"}));
    const Received got = bench.ask();
    EXPECT_TRUE(got.complete()) << bench.client.body;
    EXPECT_EQ(got.text, "Hello world");
}

// What is new and the failure may come in one read: the client gets it, and the answer goes on from there.
TEST(ExchangeRestart, KeepsWhatCameTogetherWithTheFailure) {
    RecoveryBench bench;
    const std::string error = sse({{"error", {{"message", "overloaded"}, {"type", "server_error"}}}});
    bench.upstream.answer("a", cut_after({"Hel"}, ErrorKind::upstream_invalid));
    bench.upstream.answer("a", good_stream());
    bench.upstream.answer("b", stream_of({role_chunk() + text_chunk("Hello wo") + error}));
    const Received got = bench.ask();
    EXPECT_TRUE(got.complete()) << bench.client.body;
    EXPECT_EQ(got.text, "Hello world");
    EXPECT_EQ(bench.upstream.sent.size(), 3u);
}

TEST(ExchangeRestart, DrawsFromTheRetryBudget) {
    RecoveryBench bench;
    bench.budget = RetryBudget(0.0, 0.0);
    bench.upstream.answer("a", cut_after({"Hello"}));
    bench.upstream.answer("b", good_stream());
    EXPECT_EQ(bench.ask().code(), "upstream_truncated");
    EXPECT_EQ(bench.upstream.sent.size(), 1u);
    EXPECT_EQ(bench.report.retry, RetryOutcome::no_budget);
}

TEST(ExchangeRestart, CountsAmongTheAttempts) {
    RecoveryBench bench;
    bench.policies.retry.attempts = 2;
    bench.upstream.answer("a", cut_after({"Hel"}, ErrorKind::upstream_invalid));
    bench.upstream.answer("b", cut_after({"Hello"}));
    const Received got = bench.ask();
    EXPECT_EQ(got.code(), "upstream_truncated");
    EXPECT_EQ(got.text, "Hello");
    EXPECT_EQ(bench.upstream.sent.size(), 2u);
    EXPECT_EQ(bench.report.retry, RetryOutcome::not_withheld);
}

TEST(ExchangeRestart, KeepsTheDeadline) {
    RecoveryBench bench;
    bench.policies.timeouts.total = 10s;
    bench.upstream.answer("a", cut_after({"Hello"}));
    bench.upstream.answer("b", good_stream(4s));
    const Received got = bench.ask();
    EXPECT_EQ(got.code(), "upstream_truncated");
    EXPECT_LE(bench.elapsed(), 10s);
}

// The client waits no longer for its first byte: it has it.
TEST(ExchangeRestart, IsNotBoundByThePatienceForTheFirstByte) {
    RecoveryBench bench;
    bench.client_first_byte = 5s;
    UpstreamScript cut = cut_after({"Hello"});
    cut.body.back().after = 6s;
    bench.upstream.answer("a", cut);
    bench.upstream.answer("b", good_stream(1s));
    EXPECT_TRUE(bench.ask().complete()) << bench.client.body;
}

TEST(ExchangeRestart, NeverRepeatsACallThatIsHalfSent) {
    RecoveryBench bench;
    const json call{
        {"index", 0}, {"id", "c1"}, {"type", "function"}, {"function", {{"name", "f"}, {"arguments", "{\"a\""}}}};
    bench.upstream.answer("a", broken_after({role_chunk(), chunk({{"tool_calls", {call}}})}));
    bench.upstream.answer("b", good_stream());
    EXPECT_EQ(bench.ask().code(), "upstream_truncated");
    EXPECT_EQ(bench.upstream.sent.size(), 1u);
}

TEST(ExchangeRestart, RefusedContentIsAskedOfNobodyElse) {
    RecoveryBench bench;
    bench.upstream.answer("a", cut_after({"Hello"}, ErrorKind::content_policy));
    bench.upstream.answer("b", good_stream());
    EXPECT_EQ(bench.ask().code(), "content_policy_violation");
    EXPECT_EQ(bench.upstream.sent.size(), 1u);
}

TEST(ExchangeRestart, ThatIsRefusedIsNoErrorOfTheClient) {
    RecoveryBench bench;
    bench.upstream.answer("a", cut_after({"Hello"}));
    bench.upstream.answer("b", error_answer(400, "invalid_value"));
    EXPECT_EQ(bench.ask().code(), "upstream_truncated");
}

TEST(ExchangeRestart, PassesADeploymentOverThatIsFull) {
    RecoveryBench bench;
    bench.in_flight.limits["b"] = 0;
    bench.upstream.answer("a", cut_after({"Hello"}));
    bench.upstream.answer("a", good_stream());
    const Received got = bench.ask();
    EXPECT_TRUE(got.complete()) << bench.client.body;
    EXPECT_EQ(got.text, "Hello world");
}

TEST(ExchangeRestart, TellsWhatAllAttemptsCost) {
    RecoveryBench bench;
    UpstreamScript counted = good_stream();
    const std::string usage = sse({{"id", "up"},
                                   {"object", "chat.completion.chunk"},
                                   {"created", 1},
                                   {"model", "upstream-model"},
                                   {"choices", json::array()},
                                   {"usage", {{"prompt_tokens", 8}, {"completion_tokens", 3}, {"total_tokens", 11}}}});
    counted.body.insert(counted.body.end() - 1, {.bytes = usage});
    bench.prompt_tokens = 10;
    bench.upstream.answer("a", cut_after({"Hello wo"}));
    bench.upstream.answer("b", counted);
    EXPECT_TRUE(bench.ask({{"stream_options", {{"include_usage", true}}}}).complete());
    ASSERT_TRUE(bench.report.usage);
    EXPECT_EQ(bench.report.usage->input_uncached, 18);
    EXPECT_EQ(bench.report.usage->output, 3 + 2);
    EXPECT_TRUE(bench.report.usage->estimated);
    EXPECT_EQ(bench.report.attempts[0].usage->output, 2);
    EXPECT_EQ(bench.report.attempts[1].usage->output, 3);
    EXPECT_NE(bench.client.body.find(R"("prompt_tokens":18,"completion_tokens":5)"), std::string::npos)
        << bench.client.body;
}

TEST(ExchangeRestart, KeepsTheRequestAndNothingWithoutIt) {
    for (const bool restarts : {true, false}) {
        RecoveryBench bench({restarts ? config::AfterCommit::restart : config::AfterCommit::error});
        bench.upstream.answer("a", good_stream(1s));
        bench.start(bench.request(true));
        while (bench.client.body.empty() && bench.runtime.advance()) {
        }
        EXPECT_EQ(bench.holds_request(), restarts);
        while (!bench.ended && bench.runtime.advance()) {
        }
        EXPECT_EQ(bench.report.termination, Termination::complete);
    }
}

struct ContinueBench : RecoveryBench {
    explicit ContinueBench(std::vector<config::AfterCommit> list = {config::AfterCommit::resume})
        : RecoveryBench(std::move(list)) {
        deployments[1].capabilities.set(Feature::continuation, Support::native);
    }
    /// The body of the request with this number.
    [[nodiscard]] json asked(std::size_t number) const { return json::parse(upstream.sent.at(number).request.body); }
};

UpstreamScript rest_of_stream() {
    return stream_of({role_chunk(), text_chunk(" wor"), text_chunk("ld"), stop_chunk(), kDone});
}

TEST(ExchangeContinue, LetsAnotherModelGoOnWithTheAnswer) {
    ContinueBench bench;
    bench.upstream.answer("a", cut_after({"Hel", "lo"}));
    bench.upstream.answer("b", rest_of_stream());
    const Received got = bench.ask();
    EXPECT_TRUE(got.complete()) << bench.client.body;
    EXPECT_EQ(got.text, "Hello world");
    EXPECT_EQ(bench.asked(1)["messages"].back(), (json{{"role", "assistant"}, {"content", "Hello"}}));
    EXPECT_EQ(bench.asked(1)["messages"].size(), 2u);
    EXPECT_EQ(to_string(bench.report.attempts.at(1).reason), "continue");
    EXPECT_NE(bench.client.body.find(R"("recovery":{"by":"continue","deployment":"b")"), std::string::npos);
}

TEST(ExchangeContinue, AsksOnlyWhoCan) {
    ContinueBench bench;
    bench.policies.retry.same = 1;  // `a` would be asked first
    bench.upstream.answer("a", cut_after({"Hello"}));
    bench.upstream.answer("b", rest_of_stream());
    EXPECT_TRUE(bench.ask().complete());
    EXPECT_EQ(bench.upstream.sent.at(1).deployment, "b");
}

TEST(ExchangeContinue, KeepsWithinTheClientsLimit) {
    ContinueBench bench;
    bench.upstream.answer("a", cut_after({"Hello hello hello hello "}));
    bench.upstream.answer("b", rest_of_stream());
    bench.ask({{"max_tokens", 50}});
    EXPECT_EQ(bench.asked(1)["max_tokens"], 50 - 6);
    EXPECT_EQ(bench.asked(1)["messages"].back()["content"], "Hello hello hello hello") << "no space at the end";
}

TEST(ExchangeContinue, ARefusalIsRememberedAndTheNextPolicyTried) {
    ContinueBench bench({config::AfterCommit::resume, config::AfterCommit::restart});
    bench.policies.retry.attempts = 4;
    bench.upstream.answer("a", cut_after({"Hello"}));
    bench.upstream.answer("b", error_answer(400, "invalid_value"));
    bench.upstream.answer("b", good_stream());
    const Received got = bench.ask();
    EXPECT_TRUE(got.complete()) << bench.client.body;
    EXPECT_EQ(got.text, "Hello world");
    ASSERT_EQ(bench.report.attempts.size(), 3u);
    EXPECT_EQ(to_string(bench.report.attempts[1].reason), "continue");
    EXPECT_EQ(to_string(bench.report.attempts[2].reason), "restart");
    EXPECT_TRUE(bench.health[1].refuses_continuing(bench.runtime.now()));
    EXPECT_FALSE(bench.health[1].refuses_continuing(bench.runtime.now() + 10min));
    EXPECT_FALSE(bench.health[0].refuses_continuing(bench.runtime.now()));
}

TEST(ExchangeContinue, WhoRefusedIsNotAskedForAWhile) {
    ContinueBench bench;
    bench.know();
    bench.health[1].on_continuing_refused(bench.runtime.now());
    bench.upstream.answer("a", cut_after({"Hello"}));
    EXPECT_EQ(bench.ask().code(), "upstream_truncated");
    EXPECT_EQ(bench.upstream.sent.size(), 1u);
}

TEST(ExchangeContinue, ARefusalDoesNotHideTheFailure) {
    ContinueBench bench;
    bench.upstream.answer("a", cut_after({"Hello"}));
    bench.upstream.answer("b", error_answer(400, "invalid_value"));
    EXPECT_EQ(bench.ask().code(), "upstream_truncated");
}

TEST(ExchangeContinue, IsLeftToRestartWhereItCannotBe) {
    const json schema{{"type", "json_object"}};
    const json tool{{"type", "function"}, {"function", {{"name", "f"}, {"parameters", {{"type", "object"}}}}}};
    for (const json& more : std::vector<json>{{{"response_format", schema}},
                                              {{"tools", {tool}}, {"tool_choice", "required"}},
                                              {{"n", 2}},
                                              {{"messages", {{{"role", "assistant"}, {"content", "He"}}}}}}) {
        ContinueBench bench({config::AfterCommit::resume, config::AfterCommit::restart});
        bench.upstream.answer("a", cut_after({"Hello"}));
        bench.upstream.answer("b", good_stream());
        EXPECT_EQ(bench.ask(more).text, "Hello world") << more;
        EXPECT_EQ(to_string(bench.report.attempts.at(1).reason), "restart") << more;
    }
}

TEST(ExchangeContinue, AsksNobodyTwiceBeforeTheNextPolicy) {
    ContinueBench bench({config::AfterCommit::resume, config::AfterCommit::restart});
    bench.upstream.answer("a", cut_after({"Hello"}));
    bench.upstream.answer("b", error_answer(503, "overloaded"));
    bench.upstream.answer("b", good_stream());
    bench.upstream.answer("a", good_stream());
    EXPECT_TRUE(bench.ask().complete()) << bench.client.body;
    ASSERT_EQ(bench.report.attempts.size(), 3u);
    EXPECT_EQ(to_string(bench.report.attempts[1].reason), "continue");
    EXPECT_EQ(to_string(bench.report.attempts[2].reason), "restart");
}

TEST(ExchangeContinue, ThatNobodyCanTryDoesNotHideThatARestartWasWithheld) {
    ContinueBench bench({config::AfterCommit::restart, config::AfterCommit::resume});
    bench.budget = RetryBudget(0.0, 0.0);
    bench.deployments[0].capabilities.set(Feature::continuation, Support::native);
    bench.deployments[1].capabilities.set(Feature::continuation, Support::absent);
    bench.upstream.answer("a", cut_after({"Hello"}, ErrorKind::quota_exhausted));
    EXPECT_EQ(bench.ask().code(), Error(ErrorKind::quota_exhausted, "").code_or_default());
    EXPECT_EQ(bench.upstream.sent.size(), 1u);
    EXPECT_EQ(bench.report.retry, RetryOutcome::no_budget);
}

TEST(ExchangeContinue, RefusedContentIsAskedOfNobodyElse) {
    ContinueBench bench({config::AfterCommit::resume, config::AfterCommit::restart});
    bench.upstream.answer("a", cut_after({"Hello"}));
    bench.upstream.answer("b", error_answer(400, "content_policy_violation"));
    EXPECT_EQ(bench.ask().code(), "upstream_truncated");
    EXPECT_EQ(bench.upstream.sent.size(), 2u);
}

TEST(ExchangeContinue, ReasoningIsNotGoneOnWith) {
    ContinueBench bench;
    bench.upstream.answer("a", broken_after({role_chunk(), chunk({{"reasoning_content", "Hm"}}), text_chunk("Hello")}));
    EXPECT_EQ(bench.ask().code(), "upstream_truncated");
    EXPECT_EQ(bench.upstream.sent.size(), 1u);
}

TEST(ExchangeContinue, WhatBeginsAnewAndDepartsIsLeftToTheNextPolicy) {
    ContinueBench bench({config::AfterCommit::resume, config::AfterCommit::restart});
    const std::string text = "An answer that is long enough to be known again";
    bench.upstream.answer("a", cut_after({text}));
    bench.upstream.answer("b", stream_of({role_chunk(), text_chunk("An answer that is long enough for me.")}));
    bench.upstream.answer("b", stream_of({role_chunk(), text_chunk(text + "."), stop_chunk(), kDone}));
    const Received got = bench.ask();
    EXPECT_TRUE(got.complete()) << bench.client.body;
    EXPECT_EQ(got.text, text + ".");
    EXPECT_EQ(bench.report.attempts.at(1).outcome, "answers_diverge");
}

TEST(ExchangeContinue, GoesOnWithWhatWasContinued) {
    ContinueBench bench;
    bench.deployments[0].capabilities.set(Feature::continuation, Support::native);
    bench.upstream.answer("a", cut_after({"Hel"}, ErrorKind::upstream_invalid));
    bench.upstream.answer("b", cut_after({"lo wo"}, ErrorKind::upstream_invalid));
    bench.upstream.answer("a", stream_of({role_chunk(), text_chunk("rld"), stop_chunk(), kDone}));
    const Received got = bench.ask();
    EXPECT_TRUE(got.complete()) << bench.client.body;
    EXPECT_EQ(got.text, "Hello world");
    EXPECT_EQ(bench.asked(2)["messages"].back()["content"], "Hello wo");
}

TEST(ExchangeRestart, EndsWhenTheClientLeaves) {
    RecoveryBench bench;
    bench.upstream.answer("a", cut_after({"Hello"}));
    bench.upstream.answer("b", good_stream(10s));
    bench.runtime.at(bench.runtime.now() + 15s, [&bench] { bench.client.gone().request(); });
    bench.run(bench.request(true));
    EXPECT_EQ(bench.report.termination, Termination::client_gone);
    EXPECT_EQ(bench.elapsed(), 15s);
}

}  // namespace
}  // namespace breakwater::test
