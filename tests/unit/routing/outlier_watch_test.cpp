#include "breakwater/routing/outlier_watch.hpp"

#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <string>
#include <vector>

#include "breakwater/routing/attempt_planner.hpp"

namespace breakwater {
namespace {

using namespace std::chrono_literals;

/// Deployments of one route in virtual time; each answers in `base`, and one time in `slow_every` in `slow`.
struct World {
    struct Server {
        Duration base = 200ms;
        Duration slow = 200ms;
        int slow_every = 10;
        SharedHealth shared{};
        DeploymentHealth health{shared};
        int asked = 0;
    };
    std::deque<Server> servers;
    config::Outliers policy{.enabled = true};
    OutlierWatch watch;
    TimePoint now{1000s};

    explicit World(int count) {
        for (int i = 0; i < count; ++i) servers.emplace_back();
    }
    void serve(std::size_t index, int requests) {
        Server& server = servers[index];
        for (int i = 0; i < requests; ++i) {
            const bool slow = ++server.asked % server.slow_every == 0;
            server.health.on_first_content({}, true, SizeClass::small, slow ? server.slow : server.base, now);
        }
    }
    void judge() {
        std::vector<OutlierWatch::Peer> peers;
        for (std::uint32_t i = 0; i < servers.size(); ++i) peers.push_back({i, &servers[i].health});
        watch.judge(peers, policy, true, SizeClass::small, now);
    }
    /// Each that is not aside serves, and judgement is passed once a second.
    void pass(std::chrono::seconds span) {
        for (int i = 0; i < span.count(); ++i) {
            for (std::size_t s = 0; s < servers.size(); ++s) {
                if (!watch.is_aside(static_cast<std::uint32_t>(s), now)) serve(s, 20);
            }
            judge();
            now += 1s;
        }
    }
    [[nodiscard]] std::string aside() const {
        std::string names;
        for (std::uint32_t i = 0; i < servers.size(); ++i) {
            if (watch.is_aside(i, now)) names += static_cast<char>('a' + i);
        }
        return names;
    }
};

TEST(OutlierWatch, PutsAsideWhoIsFarLessSteadyThanItsPeers) {
    World world(3);
    world.servers[1].slow = 3s;
    world.pass(5s);
    EXPECT_EQ(world.aside(), "b");
}

TEST(OutlierWatch, LetsThoseBeWhoAreAllAlike) {
    World steady(3);
    steady.pass(30s);
    EXPECT_EQ(steady.aside(), "");
    World unsteady(3);
    for (auto& server : unsteady.servers) server.slow = 3s;
    unsteady.pass(30s);
    EXPECT_EQ(unsteady.aside(), "");
    World slow_but_steady(3);
    slow_but_steady.servers[0].base = slow_but_steady.servers[0].slow = 5s;
    slow_but_steady.pass(30s);
    EXPECT_EQ(slow_but_steady.aside(), "") << "that is for the objective to judge";
}

TEST(OutlierWatch, JudgesNobodyByAFewAnswers) {
    World world(2);
    world.servers[1].slow = 3s;
    world.serve(0, 100);
    world.serve(1, 39);
    world.judge();
    EXPECT_EQ(world.aside(), "");
    world.serve(1, 1);
    world.judge();
    EXPECT_EQ(world.aside(), "b");
}

TEST(OutlierWatch, NeverPutsTheLastOrMoreThanTheShareAside) {
    World single(1);
    single.servers[0].slow = 9s;
    single.pass(10s);
    EXPECT_EQ(single.aside(), "");
    World many(6);
    many.servers[0].slow = 5s;
    many.servers[1].slow = 9s;
    many.policy.share = 0.2;
    many.pass(10s);
    EXPECT_EQ(many.aside(), "b") << "the worst of both, for there is room for one";
    many.policy.share = 1;
    many.pass(10s);
    EXPECT_EQ(many.aside(), "ab");
}

TEST(OutlierWatch, TakesBackWhoHasBecomeSteady) {
    World world(2);
    world.servers[1].slow = 3s;
    world.pass(5s);
    ASSERT_EQ(world.aside(), "b");
    world.servers[1].slow = 200ms;
    world.pass(35s);
    EXPECT_EQ(world.aside(), "");
    world.pass(60s);
    EXPECT_EQ(world.aside(), "");
}

TEST(OutlierWatch, KeepsWhoStaysUnsteadyAsideForLonger) {
    World world(2);
    world.servers[1].slow = 3s;
    int aside = 0;
    for (int i = 0; i < 600; ++i) {
        world.pass(1s);
        aside += world.aside() == "b" ? 1 : 0;
    }
    EXPECT_GT(aside, 570) << "30 s, 60 s, 120 s ... and a few answers between them";
    EXPECT_LT(world.servers[1].asked, 600 * 20 / 10);
}

TEST(OutlierWatch, HasThePlannerAskTheOthersFirst) {
    World world(2);
    world.servers[0].slow = 3s;
    world.pass(5s);
    ASSERT_EQ(world.aside(), "a");
    Deployment a{.index = 0, .name = "a"};
    Deployment b{.index = 1, .name = "b"};
    const std::array<const Deployment*, 2> both{&a, &b};
    const HealthTable health({&world.servers[0].health, &world.servers[1].health}, {});
    config::Policies policies;
    RetryBudget retries{1, 100};
    RetryBudget hedges{1, 100};
    Rng rng{1};
    const AttemptPlanner::Surroundings around{.health = health,
                                              .retries = retries,
                                              .hedges = hedges,
                                              .rng = rng,
                                              .prompt_tokens = 10,
                                              .stream = true,
                                              .outliers = &world.watch};
    AttemptPlanner planner(both, policies, Deadline(), around);
    auto step = planner.next(world.now);
    const auto tried = std::get<AttemptPlanner::Try>(step);
    EXPECT_EQ(tried.deployment, &b);
    EXPECT_EQ(planner.passed_over(tried, world.now).front().reason, "unsteady");
    planner.on_failure(tried, Error(ErrorKind::overloaded, "x"), world.now);
    step = planner.next(world.now);
    EXPECT_EQ(std::get<AttemptPlanner::Try>(step).deployment, &a) << "rather than nobody";
}

}  // namespace
}  // namespace breakwater
