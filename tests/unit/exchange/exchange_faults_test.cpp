#include "openai_answers.hpp"

namespace breakwater::test {
namespace {

constexpr std::string_view kText = "Hello world";

/// An answer that may be short of the whole, but is never a broken one.
void expect_honest(const Received& got, const std::string& body) {
    EXPECT_EQ(got.problem, "") << body;
    if (got.error.is_null()) {
        EXPECT_EQ(got.text, kText);
        EXPECT_EQ(got.finishes, 1);
    } else {
        EXPECT_TRUE(kText.starts_with(got.text));
        EXPECT_FALSE(got.done);
        EXPECT_NE(got.code(), "");
        EXPECT_NE(got.code(), "client_closed_request");
    }
}

std::vector<ErrorKind> upstream_failures() {
    return {ErrorKind::upstream_connect, ErrorKind::upstream_dns,     ErrorKind::upstream_tls,
            ErrorKind::upstream_timeout, ErrorKind::upstream_invalid, ErrorKind::upstream_truncated,
            ErrorKind::upstream_error};
}

UpstreamScript script_for(bool stream) {
    return stream ? good_stream(1s) : good_answer();
}

int operations_of_success(bool stream) {
    ExchangeBench bench;
    bench.upstream.before = [](int) { return std::nullopt; };
    bench.upstream.answer("a", script_for(stream));
    bench.run(bench.request(stream));
    return bench.upstream.operations;
}

// Every send and read fails once, in every way that a transport can fail.
TEST(ExchangeFaults, OneFailureAnywhereLeavesAWholeAnswerOrATypedError) {
    for (const bool stream : {false, true}) {
        const int operations = operations_of_success(stream);
        ASSERT_GE(operations, stream ? 7 : 3);
        for (int at = 1; at <= operations; ++at) {
            for (const ErrorKind kind : upstream_failures()) {
                SCOPED_TRACE(std::string(stream ? "stream, " : "whole, ") + std::string(to_string(kind)) + " at " +
                             std::to_string(at));
                ExchangeBench bench;
                bench.upstream.before = [at, kind](int operation) -> std::optional<Error> {
                    if (operation == at) return Error(kind, "injected");
                    return std::nullopt;
                };
                bench.upstream.answer("a", script_for(stream));
                bench.upstream.answer("b", script_for(stream));
                bench.run(bench.request(stream));
                const Received got = read_back(bench.client);
                expect_honest(got, bench.client.body);
                EXPECT_EQ(bench.client.streamed, stream) << "the answer has another shape than was asked for";
                // One failure before the commit point is never the client's to see.
                if (got.text.empty()) ADD_FAILURE() << bench.client.body;
            }
        }
    }
}

// Content that comes in one read with the proof that its answer is broken has not gone to the client yet.
TEST(ExchangeFaults, ContentThatComesWithItsTruncatedEndIsReplaced) {
    ExchangeBench bench;
    bench.upstream.answer("a", stream_of({role_chunk() + text_chunk("Hel")}));
    bench.upstream.answer("b", good_stream());
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_EQ(got.text, kText) << bench.client.body;
    EXPECT_TRUE(got.done);
    ASSERT_GE(bench.report.attempts.size(), 2u);
    EXPECT_EQ(bench.report.attempts.front().outcome, "upstream_truncated");
    EXPECT_EQ(bench.report.served->name, "b");
}

TEST(ExchangeFaults, EveryAttemptFailingIsOneError) {
    for (const bool stream : {false, true}) {
        for (const ErrorKind kind : upstream_failures()) {
            SCOPED_TRACE(to_string(kind));
            ExchangeBench bench;
            bench.upstream.before = [kind](int) { return Error(kind, "injected"); };
            bench.upstream.answer("a", script_for(stream));
            bench.upstream.answer("b", script_for(stream));
            bench.run(bench.request(stream));
            const Received got = read_back(bench.client);
            EXPECT_TRUE(got.failed()) << got.problem;
            EXPECT_GE(got.status, 500);
            EXPECT_FALSE(bench.client.streamed);
        }
    }
}

// A time-out that the transport reports before the exchange's own deadline, as when a kept connection had died and the
// new one could not be made: no reason to ping, and none to begin an answer.
TEST(ExchangeFaults, ATransportTimeoutIsAFailureOfTheAttempt) {
    for (const bool stream : {false, true}) {
        ExchangeBench bench;
        UpstreamScript late = script_for(stream);
        late.head_error = Error(ErrorKind::upstream_timeout, "No connection in time.");
        bench.upstream.answer("a", late);
        bench.upstream.answer("b", script_for(stream));
        bench.run(bench.request(stream));
        const Received got = read_back(bench.client);
        EXPECT_TRUE(got.complete()) << got.problem << bench.client.body;
        EXPECT_EQ(got.pings, 0);
        EXPECT_EQ(bench.report.served->name, "b");
    }
}

// The client leaves just before each send and read.
TEST(ExchangeFaults, AClientThatLeavesStopsEverything) {
    for (const bool stream : {false, true}) {
        const int operations = operations_of_success(stream);
        for (int at = 1; at <= operations; ++at) {
            SCOPED_TRACE(std::string(stream ? "stream" : "whole") + " at " + std::to_string(at));
            ExchangeBench bench;
            bench.upstream.before = [&bench, at](int operation) -> std::optional<Error> {
                if (operation == at) bench.client.gone().request();
                return std::nullopt;
            };
            bench.upstream.answer("a", script_for(stream));
            bench.upstream.answer("b", script_for(stream));
            bench.run(bench.request(stream));
            EXPECT_EQ(bench.report.termination, Termination::client_gone);
            EXPECT_EQ(bench.upstream.cancelled, 1);
            EXPECT_EQ(bench.upstream.operations, at) << "something was still asked for after the client had left";
            if (!bench.client.head) EXPECT_EQ(bench.report.status, 499);
            EXPECT_EQ(bench.report.attempts.back().outcome, "client_gone");
        }
    }
}

// The client leaves while something is waited for: the wait ends at once, not when it would have ended.
TEST(ExchangeFaults, AClientThatLeavesEndsTheWait) {
    for (const auto moment : {500ms, 1500ms, 2500ms, 4500ms}) {
        SCOPED_TRACE(moment.count());
        ExchangeBench bench;
        UpstreamScript slow = good_stream(1s);
        slow.send_after = 1s;
        slow.head_after = 1s;
        bench.upstream.answer("a", slow);
        bench.runtime.at(bench.runtime.now() + moment, [&bench] { bench.client.gone().request(); });
        bench.run(bench.request(true));
        EXPECT_EQ(bench.elapsed(), moment);
        EXPECT_EQ(bench.report.termination, Termination::client_gone);
    }
}

TEST(ExchangeFaults, AClientThatLeavesEndsTheBackoff) {
    ExchangeBench bench;
    bench.deployments.pop_back();
    UpstreamScript limited = error_answer(429, "rate_limit_exceeded");
    limited.head.headers.add("retry-after", "30");
    bench.upstream.answer("a", limited);
    bench.runtime.at(bench.runtime.now() + 3s, [&bench] { bench.client.gone().request(); });
    bench.run(bench.request(false));
    EXPECT_EQ(bench.elapsed(), 3s);
    EXPECT_EQ(bench.report.termination, Termination::client_gone);
    EXPECT_EQ(bench.report.status, 499);
}

// Each write to the client finds it gone.
TEST(ExchangeFaults, AWriteThatFailsEndsTheRequest) {
    for (const bool stream : {false, true}) {
        for (int at = 1; at <= (stream ? 4 : 1); ++at) {
            SCOPED_TRACE(at);
            ExchangeBench bench;
            bench.client.fails_at_call = at;
            bench.upstream.answer("a", script_for(stream));
            bench.upstream.answer("b", script_for(stream));
            bench.run(bench.request(stream));
            if (bench.client.calls < at) continue;
            EXPECT_EQ(bench.report.termination, Termination::client_gone);
            EXPECT_EQ(bench.upstream.sent.size(), 1u) << "a retry for a client that has left";
        }
    }
}

TEST(ExchangeFaults, AnErrorThatCannotBeWrittenEndsTheRequest) {
    ExchangeBench bench;
    bench.client.fails_at_call = 1;
    bench.upstream.answer("a", error_answer(400, "invalid_value"));
    bench.run(bench.request(false));
    EXPECT_EQ(bench.report.termination, Termination::client_gone);
}

}  // namespace
}  // namespace breakwater::test
