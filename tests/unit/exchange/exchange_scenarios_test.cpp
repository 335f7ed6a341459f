#include "openai_answers.hpp"

namespace breakwater::test {
namespace {

/// One request in a world drawn from a seed: what each call of each deployment does, what the route wants, and when the
/// client leaves, if it does. The same seed makes the same world.
class Scenario {
public:
    explicit Scenario(std::uint64_t seed) : rng_(seed) {
        stream = chance(0.7);
        after_commit = draw_after_commit();
        for (auto& calls : scripts) {
            for (UpstreamScript& script : calls) script = draw_script();
        }
        policies.timeouts = {.connect = 2s, .head = 6s, .first_token = 8s, .gap = 5s, .total = span(3, 30)};
        policies.retry.attempts = 1 + static_cast<int>(rng_.below(5));
        policies.retry.same = static_cast<int>(rng_.below(3));
        policies.hedge.enabled = chance(0.6);
        policies.hedge.after = span(1, 5);
        policies.breaker.enabled = chance(0.7);
        if (stream) policies.after_commit = after_commit;
        retry_tokens = static_cast<double>(rng_.below(6));
        hedge_tokens = static_cast<double>(rng_.below(3));
        if (chance(0.15)) leaves_after = span(0, 12);
        failures_before = chance(0.3) ? static_cast<int>(rng_.below(8)) : 0;
    }

    /// Runs it under the scenario's policies, or as the simplest gateway would: one attempt, come what may.
    void run(ExchangeBench& bench, bool naive) const {
        bench.policies = policies;
        if (naive) {
            bench.policies.retry.attempts = 1;
            bench.policies.hedge.enabled = false;
            bench.policies.breaker.enabled = false;
        }
        bench.budget = RetryBudget(0, retry_tokens);
        bench.hedge_budget = RetryBudget(0, hedge_tokens);
        for (Deployment& deployment : bench.deployments) {
            deployment.capabilities.set(Feature::continuation, Support::native);
        }
        for (std::size_t i = 0; i < scripts.size(); ++i) {
            for (const UpstreamScript& script : scripts[i]) bench.upstream.answer(i == 0 ? "a" : "b", script);
        }
        if (!naive) bench.fail_before("a", failures_before);
        if (leaves_after) {
            bench.runtime.at(bench.runtime.now() + *leaves_after, [&bench] { bench.client.gone().request(); });
        }
        bench.run(ExchangeBench::request(stream));
    }

    /// A model that goes on with an answer cannot know which of two answers that was.
    [[nodiscard]] bool one_text() const { return after_commit.front() == config::AfterCommit::resume; }

    bool stream = true;
    std::vector<config::AfterCommit> after_commit;
    config::Policies policies;
    double retry_tokens = 0;
    double hedge_tokens = 0;
    int failures_before = 0;
    std::optional<Duration> leaves_after;
    std::array<std::array<UpstreamScript, 3>, 2> scripts;

private:
    bool chance(double share) { return rng_.uniform() < share; }
    std::chrono::milliseconds span(int from, int to) {
        return std::chrono::milliseconds(1000 * from +
                                         static_cast<int>(rng_.below(1000U * static_cast<unsigned>(to - from))));
    }

    std::vector<config::AfterCommit> draw_after_commit() {
        using enum config::AfterCommit;
        switch (rng_.below(6)) {
            case 0:
                return {hold};
            case 1:
                return {restart, error};
            case 2:
                return {resume, restart, error};
            case 3:
                return {resume};
            default:
                return {error};
        }
    }

    UpstreamScript draw_script() {
        const std::chrono::milliseconds gap(rng_.below(400));
        UpstreamScript script = stream ? good_stream(gap) : good_answer();
        const std::uint64_t kind = rng_.below(15);
        if (kind == 0) script = error_answer(500, "server_error");
        if (kind == 1) script = error_answer(503, "overloaded");
        if (kind == 2) script = error_answer(429, "rate_limit_exceeded");
        if (kind == 3) script = error_answer(401, "invalid_api_key");
        if (kind == 4) script = error_answer(400, "invalid_value");
        if (kind == 5 && stream) script = broken_after({role_chunk()});
        if (kind == 6 && stream) script = broken_after({role_chunk(), text_chunk("Hello")});
        if (kind == 12 && stream) script = broken_after({role_chunk(), text_chunk("Hel"), text_chunk("lo wor")});
        if (kind == 13 && stream) script = broken_after({role_chunk() + text_chunk("Hello world")});
        if (kind == 14 && stream && !one_text()) {
            script = stream_of({role_chunk(), text_chunk("Hell"), text_chunk(" is other"), stop_chunk(), kDone}, gap);
        }
        if (kind == 7) script.send_error = Error(ErrorKind::upstream_connect, "refused");
        if (kind == 8 && !script.body.empty()) script.body.back().stall = true;
        script.send_after = std::chrono::milliseconds(rng_.below(100));
        script.head_after = chance(0.3) ? Duration(span(1, 12)) : Duration(std::chrono::milliseconds(rng_.below(500)));
        return script;
    }

    Rng rng_;
};

int hedges_of(const ExchangeReport& report) {
    return static_cast<int>(std::ranges::count(report.attempts, AttemptReason::hedge, &AttemptRecord::reason));
}

// Whoever completed it: the client has one text, or the beginning of one.
void expect_one_answer(const Received& got) {
    const std::string texts[] = {"Hello world", "Hell is other"};
    EXPECT_TRUE(std::ranges::any_of(texts, [&](const std::string& text) {
        return got.complete() ? got.text == text : text.starts_with(got.text);
    })) << got.text;
}

// What must hold whatever happens. The bench itself checks that the client's side was used as it may be, that no
// upstream call outlives its request, and that every place is given back.
void expect_sound(const Scenario& scenario, const ExchangeBench& bench) {
    const ExchangeReport& report = bench.report;
    const Duration total = scenario.policies.timeouts.total;
    for (const MemoryUpstream::Sent& sent : bench.upstream.sent) EXPECT_LT(sent.at - bench.started, total);
    EXPECT_LE(bench.elapsed(), total + 50ms) << "one deadline covers everything";
    EXPECT_LE(static_cast<double>(hedges_of(report)), scenario.hedge_tokens * static_cast<double>(1 + total / 1s));
    const int others = static_cast<int>(bench.upstream.sent.size()) - hedges_of(report);
    EXPECT_LE(others, scenario.policies.retry.attempts);
    EXPECT_LE(static_cast<double>(others - 1), scenario.retry_tokens * static_cast<double>(1 + total / 1s));
    EXPECT_EQ(report.attempts.size(), bench.upstream.sent.size()) << "every attempt is accounted for";
    EXPECT_LE(std::ranges::count(report.attempts, "ok", &AttemptRecord::outcome), 1) << "there is one winner";
    if (report.termination == Termination::client_gone) return;
    const Received got = read_back(bench.client);
    EXPECT_EQ(got.problem, "") << bench.client.body;
    EXPECT_NE(got.complete(), got.failed()) << "there is one outcome";
    expect_one_answer(got);
    EXPECT_EQ(got.complete(), report.termination == Termination::complete);
}

// A client that would have been served without retries, hedges and circuits is served, and no later.
void expect_no_worse(const ExchangeBench& naive, const ExchangeBench& bench) {
    if (naive.report.termination != Termination::complete) return;
    EXPECT_EQ(bench.report.termination, Termination::complete);
    EXPECT_LE(bench.elapsed(), naive.elapsed());
}

TEST(ExchangeScenarios, KeepThePromisesInThousandsOfWorlds) {
    for (std::uint64_t seed = 1; seed <= 2000 && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        const Scenario scenario(seed);
        ExchangeBench bench;
        scenario.run(bench, false);
        expect_sound(scenario, bench);
        if (scenario.failures_before > 0 || scenario.leaves_after) continue;
        ExchangeBench naive;
        scenario.run(naive, true);
        expect_no_worse(naive, bench);
    }
}

}  // namespace
}  // namespace breakwater::test
