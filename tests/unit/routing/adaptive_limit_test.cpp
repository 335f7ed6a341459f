#include "breakwater/routing/adaptive_limit.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "breakwater/base/random.hpp"

namespace breakwater {
namespace {

using namespace std::chrono_literals;

/// A server that reads `capacity` prompts at a time, each in `base` and some chance; more of them share it. Clients
/// keep it as busy as the limit lets them, up to `clients`.
struct Server {
    AdaptiveLimit limit;
    double capacity = 10;
    std::uint32_t clients = 1000;
    Duration base = 200ms;
    bool stream = true;
    SizeClass size = SizeClass::small;
    TimePoint now{1000s};
    Rng rng{7};

    explicit Server(AdaptiveLimit::Bounds bounds) : limit(bounds) {}
    void serve(Duration span) {
        const TimePoint end = now + span;
        while (now < end) {
            const std::uint32_t running = std::min(limit.limit(), clients);
            const double slower = std::max(1.0, running / capacity) * (0.9 + 0.3 * rng.uniform());
            const Duration latency(static_cast<Duration::rep>(static_cast<double>(base.count()) * slower));
            now += latency / std::max<std::uint32_t>(running, 1);
            limit.on_first_content(stream, size, latency, running, now);
        }
    }
};

TEST(AdaptiveLimit, FindsWhatAServerTakes) {
    for (const double capacity : {5.0, 40.0, 150.0}) {
        Server server({.least = 1, .most = 1000});
        server.capacity = capacity;
        server.serve(120s);
        EXPECT_GE(server.limit.limit(), capacity) << "nothing is wasted";
        EXPECT_LE(server.limit.limit(), 1.8 * capacity + 10) << "the queue stays short";
    }
}

TEST(AdaptiveLimit, FollowsAServerThatLosesAndRegainsCapacity) {
    Server server({.least = 1, .most = 1000});
    server.capacity = 100;
    server.serve(120s);
    const std::uint32_t before = server.limit.limit();
    server.capacity = 20;
    server.serve(60s);
    const std::uint32_t less = server.limit.limit();
    EXPECT_LT(less, 50u);
    server.capacity = 100;
    server.serve(60s);
    EXPECT_GT(server.limit.limit(), before * 2 / 3);
}

TEST(AdaptiveLimit, DoesNotDriftUnderConstantLoad) {
    Server server({.least = 1, .most = 1000});
    server.serve(120s);
    const std::uint32_t settled = server.limit.limit();
    server.serve(3600s);
    EXPECT_LE(server.limit.limit(), settled * 3 / 2);
}

TEST(AdaptiveLimit, KeepsToItsBounds) {
    Server floor({.least = 8, .most = 1000});
    floor.capacity = 1;
    floor.serve(60s);
    EXPECT_GE(floor.limit.limit(), 8u);
    EXPECT_LE(floor.limit.limit(), 2 * 8u) << "what is below the floor is not known";
    Server ceiling({.least = 1, .most = 30});
    ceiling.capacity = 1000;
    ceiling.serve(60s);
    EXPECT_EQ(ceiling.limit.limit(), 30u);
    EXPECT_EQ(AdaptiveLimit({.least = 50, .most = 100}).limit(), 50u);
    EXPECT_EQ(AdaptiveLimit({.least = 1, .most = 4}).limit(), 4u);
}

TEST(AdaptiveLimit, DoesNotGrowWhereTheRoomIsNotUsed) {
    Server server({.least = 1, .most = 1000});
    server.capacity = 1000;
    server.clients = 5;
    server.serve(60s);
    EXPECT_LE(server.limit.limit(), 20u);
}

TEST(AdaptiveLimit, ComparesPromptsOfOneSizeOnly) {
    Server server({.least = 1, .most = 100});
    server.capacity = 1000;
    for (int i = 0; i < 50; ++i) {
        server.size = SizeClass::small;
        server.base = 100ms;
        server.serve(1s);
        server.size = SizeClass::huge;
        server.base = 8s;
        server.serve(10s);
    }
    EXPECT_EQ(server.limit.limit(), 100u) << "a long prompt is no sign of a queue";
}

TEST(AdaptiveLimit, FallsWhenItIsRefusedButNotForEachOfMany) {
    AdaptiveLimit limit({.least = 1, .most = 100});
    TimePoint now{1000s};
    for (int i = 0; i < 50; ++i) limit.on_overload(now + i * 10ms);
    EXPECT_EQ(limit.limit(), 16u);
    limit.on_overload(now + 1s);
    EXPECT_EQ(limit.limit(), 12u);
}

TEST(AdaptiveLimit, GrowsUntilItIsRefusedWhereThereAreNoStreams) {
    Server server({.least = 1, .most = 1000});
    server.stream = false;
    server.serve(60s);
    EXPECT_GT(server.limit.limit(), 100u);
}

}  // namespace
}  // namespace breakwater
