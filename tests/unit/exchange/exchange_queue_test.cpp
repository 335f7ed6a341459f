#include "openai_answers.hpp"

namespace breakwater::test {
namespace {

std::string names_of(std::span<const Deployment* const> deployments) {
    std::string names;
    for (const Deployment* each : deployments) names += each->name;
    return names;
}

/// A queue that calls each second, `calls` times in all, and then refuses.
class CallingQueue final : public PlaceQueue {
public:
    explicit CallingQueue(ExchangeBench& bench) : bench_(bench) { bench.route.queue = this; }

    [[nodiscard]] bool crowded() const noexcept override { return others; }
    std::unique_ptr<QueueTurn> join(std::string_view key, std::span<const Deployment* const> candidates,
                                    Deadline) override {
        ++joined;
        joined_as = key;
        joined_for = names_of(candidates);
        return std::make_unique<Turn>(*this);
    }

    int calls = 3;
    bool others = false;
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
        Task<bool> wait(CancelSource& gone) override {
            Runtime& runtime = queue_.bench_.runtime;
            if (!co_await runtime.sleep_until(runtime.now() + 1s, gone)) co_return false;
            refused_ = queue_.called == queue_.calls;
            if (refused_) co_return false;
            ++queue_.called;
            queue_.on_call();
            co_return true;
        }
        void put_back(std::span<const Deployment* const> busy) override { queue_.put_back.push_back(names_of(busy)); }
        [[nodiscard]] bool refused() const noexcept override { return refused_; }
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
        bool refused_ = false;
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
    for (const bool others : {true, false}) {
        ExchangeBench bench;
        CallingQueue queue(bench);
        queue.others = others;
        bench.fail_before("b", 20);
        bench.in_flight.limits["a"] = 0;
        bench.run(bench.request(true));
        EXPECT_EQ(read_back(bench.client).code(), "queue_timeout");
        EXPECT_EQ(queue.joined_for, others ? "ab" : "a") << "behind others, nobody has been asked yet";
        EXPECT_EQ(queue.put_back, std::vector<std::string>(3, "a"));
    }
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

TEST(ExchangeQueue, IsJoinedBehindOthersEvenIfAPlaceIsFree) {
    ExchangeBench bench;
    CallingQueue queue(bench);
    queue.others = true;
    bench.upstream.answer("a", good_answer());
    bench.run(bench.request(false));
    EXPECT_TRUE(read_back(bench.client).complete());
    EXPECT_EQ(queue.joined, 1);
    EXPECT_EQ(queue.served, 1);
}

TEST(ExchangeQueue, IsNotJoinedAgainByARetry) {
    ExchangeBench bench;
    CallingQueue queue(bench);
    queue.others = true;
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
