#include "gateway/route_decision.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <nlohmann/json.hpp>

namespace breakwater {
namespace {

using config::Objective;
using nlohmann::json;

/// Deployments d0, d1, ... of which the first `kept` stay.
struct World {
    std::deque<Deployment> deployments;
    CandidateChoice choice;
    RequestNeeds needs{.prompt = {5, 10, 20}, .expected_output = 400};
    config::Constraints constraints;
    config::Preference prefer{.objective = Objective::cost};

    World(std::size_t kept, std::size_t removed) {
        for (std::size_t i = 0; i < kept + removed; ++i) {
            Deployment& deployment = deployments.emplace_back();
            deployment.name = "d" + std::to_string(i);
            if (i < kept) {
                choice.kept.push_back({.deployment = &deployment});
            } else {
                choice.removed.push_back({&deployment, {{"max.cost", "2 is above 1"}}});
            }
        }
    }
    [[nodiscard]] RouteDecision decision(bool alternatives = true) const {
        return make_decision(choice, {.needs = needs, .constraints = constraints, .prefer = prefer}, alternatives);
    }
    [[nodiscard]] json trace() const {
        std::string text;
        JsonWriter writer(text);
        write_decision(writer, decision());
        return json::parse(text);
    }
};

TEST(DecisionHeader, IsShort) {
    World world(2, 1);
    world.choice.reason.pick = Pick::less_busy;
    EXPECT_EQ(decision_header(world.decision()), "prefer=cost; chosen=d0; why=less_busy; candidates=2; removed=1");
    EXPECT_EQ(decision_header(world.decision(false)), "prefer=cost; chosen=d0; why=less_busy; candidates=1; removed=1");
    world.choice.reason = {.pick = Pick::conversation, .affinity = Affinity::busy, .own = &world.deployments[1]};
    EXPECT_EQ(decision_header(world.decision()),
              "prefer=cost; chosen=d0; why=conversation; affinity=busy; candidates=2; removed=1");
    EXPECT_EQ(decision_header(World(0, 2).decision()), "prefer=cost; nearest=d0; candidates=0; removed=2");
    EXPECT_EQ(decision_header(World(0, 0).decision()), "prefer=cost; candidates=0; removed=0");
}

TEST(DecisionTrace, HasWhatEachPlaceRestsOn) {
    World world(1, 1);
    KeptCandidate& kept = world.choice.kept.front();
    kept.cost = 0.000012345;
    kept.seconds = 1.23456;
    kept.score = 1.03456;
    kept.live = {.samples = 30, .first_token_p50 = std::chrono::microseconds(150'500), .in_flight = 3, .ramp = 0.5};
    const json trace = world.trace();
    EXPECT_EQ(trace["kept"][0], json::parse(R"({"deployment": "d0", "score": 1.035, "cost_usd": 0.000012345,
        "seconds": 1.235, "available": true, "in_flight": 3, "ramp": 0.5, "first_token_p50_ms": 150.5})"));
    EXPECT_EQ(trace["removed"], json::parse(R"([{"deployment": "d1", "unmet": [{"constraint": "max.cost",
        "why": "2 is above 1"}]}])"));
    EXPECT_EQ(trace["prompt_tokens"]["likely"], 10);
    EXPECT_EQ(trace["why"], "listed");
    EXPECT_FALSE(trace.contains("affinity"));
}

TEST(DecisionTrace, NamesTheSharesOfAMix) {
    World world(1, 0);
    world.prefer = {.objective = Objective::mix, .cost = 0.7, .quality = 0.3};
    EXPECT_EQ(world.trace()["prefer"], json::parse(R"({"cost": 0.7, "quality": 0.3})"));
}

TEST(DecisionTrace, IsBounded) {
    World world(500, 500);
    for (RemovedCandidate& each : world.choice.removed) each.unmet.assign(50, {std::string(5'000, 'x'), "not known"});
    const json trace = world.trace();
    EXPECT_EQ(trace["kept"].size(), RouteDecision::kShownMax);
    EXPECT_EQ(trace["removed"].size(), RouteDecision::kShownMax);
    EXPECT_EQ(trace["kept_count"], 500);
    EXPECT_EQ(trace["removed_count"], 500);
    EXPECT_LT(trace.dump().size(), 64u << 10);
}

}  // namespace
}  // namespace breakwater
