#include "openai_answers.hpp"

namespace breakwater::test {
namespace {

std::string names_of(std::span<const Deployment* const> deployments) {
    std::string names;
    for (const Deployment* each : deployments) names += each->name;
    return names;
}

/// A queue that calls after each `pace`, `calls` times in all, and then refuses.
class CallingQueue final : public PlaceQueue {
public:
    explicit CallingQueue(ExchangeBench& bench) : bench_(bench) { bench.route.queue = this; }

    std::unique_ptr<QueueTurn> join(std::string_view key, std::span<const Deployment* const> candidates,
                                    Deadline) override {
        ++joined;
        joined_as = key;
        joined_for = names_of(candidates);
        return std::make_unique<Turn>(*this);
    }

    int calls = 3;
    Duration pace = 1s;
    std::function<void()> on_call = [] {};
    int joined = 0;
    int called = 0;
    int served = 0;
    int left = 0;
    std::string joined_as{};
    std::string joined_for{};
    std::vector<std::string> put_back{};  ///< each time: the deployments that it waits for

private:
    class Turn final : public QueueTurn {
    public:
        explicit Turn(CallingQueue& queue) : queue_(queue), joined_at_(queue.bench_.runtime.now()) {}
        ~Turn() override { ++queue_.left; }
        Task<Wait> wait(CancelSource& gone, TimePoint until) override {
            Runtime& runtime = queue_.bench_.runtime;
            const TimePoint turn = runtime.now() + queue_.pace;
            if (!co_await runtime.sleep_until(std::min(turn, until), gone)) co_return Wait::abandoned;
            if (until < turn) co_return Wait::overdue;
            if (queue_.called == queue_.calls) co_return Wait::refused;
            ++queue_.called;
            queue_.on_call();
            co_return Wait::called;
        }
        void put_back(std::span<const Deployment* const> busy) override { queue_.put_back.push_back(names_of(busy)); }
        Error take_error() override {
            Error error(ErrorKind::overloaded, "no place");
            error.code = "queue_timeout";
            return error;
        }
        void note_place() noexcept override { ++queue_.served; }
        [[nodiscard]] Duration waited() const noexcept override { return queue_.bench_.runtime.now() - joined_at_; }

    private:
        CallingQueue& queue_;
        TimePoint joined_at_;
    };
    ExchangeBench& bench_;
};

TEST(ExchangeQueue, IsNotJoinedByWhoFindsAPlace) {
    ExchangeBench bench;
    const CallingQueue queue(bench);
    bench.in_flight.limits["a"] = 0;
    bench.upstream.answer("b", good_answer());
    bench.run(bench.request(false));
    EXPECT_TRUE(read_back(bench.client).complete());
    EXPECT_EQ(queue.joined, 0);
    EXPECT_FALSE(bench.report.detours && bench.report.detours->queued > 0s);
}

TEST(ExchangeQueue, IsLeftWithAPlace) {
    ExchangeBench bench;
    CallingQueue queue(bench);
    bench.in_flight.limits["a"] = bench.in_flight.limits["b"] = 0;
    queue.on_call = [&] {
        if (queue.called == 2) bench.in_flight.limits["b"] = 1;
    };
    bench.upstream.answer("b", good_stream());
    bench.run(bench.request(true));
    EXPECT_TRUE(read_back(bench.client).complete());
    EXPECT_EQ(queue.joined, 1) << "it keeps its turn when there was no place yet";
    EXPECT_EQ(queue.called, 2);
    EXPECT_EQ(queue.joined_for, "ab");
    EXPECT_EQ(queue.put_back, std::vector<std::string>{"ab"});
    EXPECT_EQ(queue.served, 1);
    EXPECT_EQ(queue.left, 1);
    ASSERT_TRUE(bench.report.detours);
    EXPECT_EQ(bench.report.detours->queued, 2s);
    EXPECT_EQ(bench.report.attempts_started, 1);
    EXPECT_EQ(bench.report.attempts.size(), 1u);
}

// A deployment that is left alone has places, and would call it again and again.
TEST(ExchangeQueue, IsForPlacesThatTheRequestCouldTake) {
    ExchangeBench bench;
    CallingQueue queue(bench);
    bench.fail_before("b", 20);
    bench.in_flight.limits["a"] = 0;
    bench.run(bench.request(true));
    EXPECT_EQ(read_back(bench.client).code(), "queue_timeout");
    EXPECT_EQ(queue.joined_for, "a");
    EXPECT_EQ(queue.put_back, std::vector<std::string>(3, "a"));
}

// Behind others, it does not take what they wait for, and waits for it as well.
TEST(ExchangeQueue, IsJoinedForPlacesThatOthersWaitFor) {
    ExchangeBench bench;
    CallingQueue queue(bench);
    bench.in_flight.kept = {"a", "b"};
    bench.upstream.answer("a", good_answer());
    bench.run(bench.request(false));
    EXPECT_TRUE(read_back(bench.client).complete());
    EXPECT_EQ(queue.joined_for, "ab");
    EXPECT_EQ(queue.served, 1);
}

TEST(ExchangeQueue, IsNotJoinedWhereNobodyWaits) {
    ExchangeBench bench;
    const CallingQueue queue(bench);
    bench.in_flight.kept = {"a"};
    bench.upstream.answer("b", good_answer());
    bench.run(bench.request(false));
    EXPECT_TRUE(read_back(bench.client).complete());
    EXPECT_EQ(queue.joined, 0);
}

// Nobody tells it that a deployment came back or that a limit grew.
TEST(ExchangeQueue, LooksAgainBeforeItsTurn) {
    ExchangeBench bench;
    CallingQueue queue(bench);
    queue.pace = 60s;
    bench.in_flight.limits["a"] = bench.in_flight.limits["b"] = 0;
    bench.in_flight.kept = {"a"};
    bench.runtime.at(bench.runtime.now() + 1500ms,
                     [&] { bench.in_flight.limits["a"] = bench.in_flight.limits["b"] = 1; });
    bench.upstream.answer("b", good_answer());
    bench.run(bench.request(false));
    EXPECT_TRUE(read_back(bench.client).complete()) << "b is free, and a is others'";
    EXPECT_EQ(bench.report.detours->queued, 2s);
    EXPECT_EQ(queue.called, 0);
    EXPECT_EQ(queue.left, 1);
}

// Others are called meanwhile.
TEST(ExchangeQueue, KeepsNoCallWhileItWaitsForThePauseOfWhoHasAPlace) {
    ExchangeBench bench;
    CallingQueue queue(bench);
    bench.in_flight.limits["a"] = bench.in_flight.limits["b"] = 0;
    queue.on_call = [&] {
        bench.in_flight.limits.clear();
        for (const char* name : {"a", "b"}) bench.pause(name, 300ms);
    };
    bench.upstream.answer("a", good_answer());
    bench.upstream.answer("b", good_answer());
    bench.run(bench.request(false));
    EXPECT_TRUE(read_back(bench.client).complete());
    EXPECT_EQ(queue.called, 1);
    ASSERT_FALSE(queue.put_back.empty());
    EXPECT_EQ(queue.put_back.front(), "") << "there is no place to wait for";
    EXPECT_EQ(queue.left, 1);
}

// Others' places become free meanwhile: it keeps its turn while it waits for the end of a pause.
TEST(ExchangeQueue, IsWaitedInUntilAPauseIsOver) {
    ExchangeBench bench;
    CallingQueue queue(bench);
    queue.pace = 60s;
    bench.in_flight.limits["a"] = 0;
    bench.pause("b", 700ms);
    bench.upstream.answer("b", good_answer());
    bench.run(bench.request(false));
    EXPECT_TRUE(read_back(bench.client).complete());
    EXPECT_EQ(queue.joined_for, "a");
    EXPECT_GE(bench.report.detours->queued, 700ms);
    EXPECT_LE(bench.report.detours->queued, 1s);
    EXPECT_EQ(queue.called, 0);
}

TEST(ExchangeQueue, IsLeftWhenTheProcessIsStopped) {
    ExchangeBench bench;
    CallingQueue queue(bench);
    bench.in_flight.limits["a"] = bench.in_flight.limits["b"] = 0;
    bench.runtime.at(bench.runtime.now() + 500ms, [&] { bench.client.gone().request(CancelSource::Cause::shutdown); });
    bench.run(bench.request(true));
    EXPECT_EQ(bench.elapsed(), 500ms);
    EXPECT_EQ(read_back(bench.client).code(), "server_shutting_down");
    EXPECT_EQ(queue.left, 1);
    EXPECT_EQ(bench.report.detours->queued, 500ms);
}

TEST(ExchangeQueue, IsNotJoinedAgainByARetry) {
    ExchangeBench bench;
    CallingQueue queue(bench);
    bench.in_flight.kept = {"a", "b"};
    bench.policies.retry.same = 0;
    UpstreamScript failing;
    failing.head_error = Error(ErrorKind::upstream_connect, "refused");
    bench.upstream.answer("a", failing);
    bench.upstream.answer("b", good_answer());
    bench.run(bench.request(false));
    EXPECT_TRUE(read_back(bench.client).complete());
    EXPECT_EQ(queue.joined, 1);
    EXPECT_EQ(bench.report.attempts_started, 2);
}

TEST(ExchangeQueue, TellsWhyItRefuses) {
    ExchangeBench bench;
    CallingQueue queue(bench);
    queue.calls = 1;
    bench.in_flight.limits["a"] = bench.in_flight.limits["b"] = 0;
    bench.run(bench.request(true));
    const Received got = read_back(bench.client);
    EXPECT_EQ(got.status, 503);
    EXPECT_EQ(got.code(), "queue_timeout");
    EXPECT_EQ(queue.served, 0);
    EXPECT_EQ(queue.left, 1);
    EXPECT_EQ(bench.report.detours->queued, 2s);
    EXPECT_EQ(bench.report.attempts_started, 0);
    EXPECT_TRUE(bench.report.attempts.empty());
}

TEST(ExchangeQueue, IsLeftByAClientThatGoes) {
    ExchangeBench bench;
    CallingQueue queue(bench);
    bench.in_flight.limits["a"] = bench.in_flight.limits["b"] = 0;
    bench.runtime.at(bench.runtime.now() + 500ms, [&] { bench.client.gone().request(); });
    bench.run(bench.request(true));
    EXPECT_EQ(bench.elapsed(), 500ms);
    EXPECT_EQ(bench.report.termination, Termination::client_gone);
    EXPECT_EQ(queue.left, 1);
    EXPECT_EQ(bench.report.status, 499);
}

}  // namespace
}  // namespace breakwater::test
