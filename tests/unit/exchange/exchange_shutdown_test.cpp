#include "openai_answers.hpp"

namespace breakwater::test {
namespace {

void stop_after(ExchangeBench& bench, Duration span) {
    bench.runtime.at(bench.runtime.now() + span,
                     [&bench] { bench.client.gone().request(CancelSource::Cause::shutdown); });
}

TEST(ExchangeShutdown, EndsAStreamInBand) {
    ExchangeBench bench;
    bench.upstream.answer("a", good_stream(1s));
    stop_after(bench, 2500ms);
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_EQ(got.problem, "");
    EXPECT_EQ(got.code(), "server_shutting_down");
    EXPECT_FALSE(got.complete());
    EXPECT_FALSE(got.text.empty());
    EXPECT_EQ(bench.elapsed(), 2500ms);
    EXPECT_EQ(bench.report.termination, Termination::error_in_stream);
    EXPECT_EQ(bench.report.attempts.back().outcome, "server_shutting_down");
    EXPECT_TRUE(bench.health[0].circuit().is_closed());
}

TEST(ExchangeShutdown, IsAnErrorWhileNothingIsOut) {
    for (const bool stream : {true, false}) {
        ExchangeBench bench;
        UpstreamScript slow = stream ? good_stream() : good_answer();
        slow.head_after = 5s;
        bench.upstream.answer("a", slow);
        stop_after(bench, 1s);
        bench.run(bench.request(stream));
        const Received got = read_back(bench.client);
        EXPECT_EQ(got.status, 503);
        EXPECT_EQ(got.code(), "server_shutting_down");
        EXPECT_EQ(bench.elapsed(), 1s);
        EXPECT_EQ(bench.report.termination, Termination::error);
        EXPECT_EQ(bench.report.attempts.size(), 1u) << "no other attempt is begun";
        EXPECT_EQ(bench.report.attempts.back().outcome, "server_shutting_down");
    }
}

TEST(ExchangeShutdown, EndsAHedgedAttemptAndAPause) {
    ExchangeBench bench;
    bench.policies.hedge = {.enabled = true, .after = 500ms};
    for (const char* name : {"a", "b"}) {
        UpstreamScript slow = good_stream();
        slow.head_after = 5s;
        bench.upstream.answer(name, slow);
    }
    stop_after(bench, 1s);
    bench.run(bench.request(true));
    EXPECT_EQ(read_back(bench.client).code(), "server_shutting_down");
    EXPECT_EQ(bench.report.attempts.size(), 2u);
}

TEST(ExchangeShutdown, DoesNotCompleteAnAnswerElsewhere) {
    ExchangeBench bench;
    bench.policies.after_commit = {config::AfterCommit::restart, config::AfterCommit::error};
    bench.upstream.answer("a", good_stream(1s));
    bench.upstream.answer("b", good_stream());
    stop_after(bench, 2500ms);
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_EQ(got.problem, "");
    EXPECT_EQ(got.code(), "server_shutting_down");
    EXPECT_EQ(bench.upstream.sent.size(), 1u);
}

TEST(ExchangeShutdown, SaysNothingToAClientThatGoesAsWell) {
    ExchangeBench bench;
    bench.upstream.answer("a", good_stream(1s));
    bench.client.fails_at_call = 2;  // the farewell
    stop_after(bench, 2500ms);
    bench.run(bench.request(true));
    EXPECT_EQ(bench.report.termination, Termination::client_gone);
}

}  // namespace
}  // namespace breakwater::test
