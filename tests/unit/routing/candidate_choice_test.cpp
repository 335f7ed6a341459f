#include "breakwater/routing/candidate_choice.hpp"

#include <gtest/gtest.h>

#include <map>

namespace breakwater {
namespace {

using config::Need;
using config::Objective;
using std::chrono::milliseconds;

/// Deployments with what a test says is known of them.
struct World final : LiveKnowledge {
    std::vector<Deployment> deployments;
    std::map<std::string, LiveFigures, std::less<>> live;
    RequestNeeds needs{.prompt = {500, 1'000, 2'000}, .max_tokens = std::nullopt, .expected_output = 400};
    config::Constraints constraints;
    config::Preference prefer;
    std::optional<std::uint64_t> conversation;
    std::vector<double> weights;
    std::vector<std::string> first;
    Rng rng{7};

    explicit World(std::initializer_list<const char*> names) {
        for (const char* name : names) {
            Deployment deployment;
            deployment.name = name;
            deployment.provider = std::string("p-") + name;
            deployments.push_back(std::move(deployment));
        }
    }
    Deployment& operator[](std::size_t index) { return deployments[index]; }

    [[nodiscard]] LiveFigures figures(const Deployment& deployment, SizeClass, TimePoint) const override {
        const auto found = live.find(deployment.name);
        return found == live.end() ? LiveFigures{} : found->second;
    }
    [[nodiscard]] std::vector<Candidate> candidates() const {
        std::vector<Candidate> list;
        for (std::size_t i = 0; i < deployments.size(); ++i) {
            list.push_back({&deployments[i], i < weights.size() ? weights[i] : 1});
        }
        return list;
    }
    [[nodiscard]] ChoiceTerms terms() const {
        return {
            .needs = needs, .constraints = constraints, .prefer = prefer, .conversation = conversation, .first = first};
    }
    CandidateChoice choose() { return choose_candidates(candidates(), terms(), *this, TimePoint{}, rng); }
    [[nodiscard]] CandidateChoice list() const { return keep_all(candidates(), terms(), *this, TimePoint{}); }
    /// The names in order, "a b c", or the message of the error.
    std::string order() {
        const CandidateChoice choice = choose();
        if (choice.kept.empty()) return no_candidate_left(choice).message;
        std::string text;
        for (const KeptCandidate& kept : choice.kept) text += (text.empty() ? "" : " ") + kept.deployment->name;
        return text;
    }
    std::map<std::string, int> first_of(int requests) {
        std::map<std::string, int> count;
        for (int i = 0; i < requests; ++i) ++count[order().substr(0, 1)];
        return count;
    }
};

struct ConstraintCase {
    const char* name;
    void (*set)(World& world);  ///< makes `b` fail, `a` meet it
    const char* reason;
};

class EachConstraint : public testing::TestWithParam<ConstraintCase> {};

TEST_P(EachConstraint, RemovesTheOneThatFailsIt) {
    World world{"a", "b"};
    GetParam().set(world);
    const CandidateChoice choice = world.choose();
    ASSERT_EQ(choice.kept.size(), 1u);
    EXPECT_EQ(choice.kept.front().deployment->name, "a");
    ASSERT_EQ(choice.removed.size(), 1u);
    ASSERT_EQ(choice.removed.front().unmet.size(), 1u);
    EXPECT_EQ(choice.removed.front().unmet.front().constraint + ": " + choice.removed.front().unmet.front().why,
              GetParam().reason);
}

const ConstraintCase kConstraints[] = {
    {"tools",
     [](World& w) {
         w.constraints.require.needs.set(Need::tools);
         w[1].capabilities.set(Feature::tools, Support::absent);
     },
     "require.tools: it has none"},
    {"request_vision",
     [](World& w) {
         w.needs.needs.set(Need::vision);
         w[1].capabilities.set(Feature::image_input, Support::absent);
         w[1].capabilities.set(Feature::image_url_input, Support::absent);
     },
     "request.vision: it has none"},
    {"prompt_too_long",
     [](World& w) {
         w.needs.prompt = {9'000, 12'000, 20'000};
         w[1].facts.context = 8'000;
     },
     "request.context: at least 9000 prompt tokens are above 8000"},
    {"context",
     [](World& w) {
         w.constraints.require.context = 32'000;
         w[0].facts.context = 128'000;
         w[1].facts.context = 8'000;
     },
     "require.context: 8000 is below 32000"},
    {"unknown_context",
     [](World& w) {
         w.constraints.require.context = 32'000;
         w[0].facts.context = 128'000;
     },
     "require.context: not known"},
    {"price_output",
     [](World& w) {
         w.constraints.max.price_output = 5;
         w[0].facts.price.output = 5;
         w[1].facts.price.output = 15;
     },
     "max.price_output: 15 is above 5"},
    {"cost",
     [](World& w) {
         w.constraints.max.cost = 0.01;
         w.needs.max_tokens = 1'000;
         w[0].facts.price = {.input = 1, .output = 1};
         w[1].facts.price = {.input = 1, .output = 20};
     },
     "max.cost: 0.021 is above 0.01"},
    {"first_token_p95",
     [](World& w) {
         w.constraints.max.first_token_p95 = milliseconds(800);
         w.live["b"].first_token_p95 = milliseconds(1'200);
     },
     "max.first_token_p95: 1200ms is above 800ms"},
    {"tokens_per_second",
     [](World& w) {
         w.constraints.min.tokens_per_second = 50;
         w.live["b"].tokens_per_second = 20;
     },
     "min.tokens_per_second: 20 is below 50"},
    {"quality",
     [](World& w) {
         w.constraints.min.quality = {{"reasoning", 70}};
         w[0].quality = {{"reasoning", 80}};
     },
     "min.reasoning: not known"},
    {"tags",
     [](World& w) {
         w.constraints.tags = {"eu"};
         w[0].tags = {"x", "eu"};
     },
     "tags: it is not tagged eu"},
    {"region",
     [](World& w) {
         w.constraints.regions = {{"eu", "ch"}};
         w[0].region = "ch";
         w[1].region = "us";
     },
     "region: it is in us"},
    {"only", [](World& w) { w.constraints.only = {{"p-a"}}; }, "only: it is not named"},
    {"excluded", [](World& w) { w.constraints.excluded = {"b"}; }, "not: it is named"},
};
INSTANTIATE_TEST_SUITE_P(Table, EachConstraint, testing::ValuesIn(kConstraints),
                         [](const auto& info) { return info.param.name; });

TEST(Choice, NamesWhatEachCandidateFailsAndTheNearest) {
    World world{"a", "b"};
    world.constraints.max.price_input = 1;
    world.constraints.tags = {"eu"};
    world[0].facts.price.input = 2;
    world[1].facts.price.input = 2;
    world[1].tags = {"eu"};
    const CandidateChoice choice = world.choose();
    ASSERT_TRUE(choice.kept.empty());
    EXPECT_EQ(nearest_of(choice)->deployment->name, "b");
    EXPECT_EQ(no_candidate_left(choice).status(), 422);
    EXPECT_EQ(no_candidate_left(choice).message,
              "No candidate meets the constraints. a: max.price_input (2 is above 1), tags (it is not tagged eu); b: "
              "max.price_input (2 is above 1). The nearest is b.");
}

TEST(Choice, DropsAWishToReasonBeforeItLeavesNobody) {
    World world{"a"};
    world.needs.needs.set(Need::reasoning);
    world[0].capabilities.set(Feature::reasoning, Support::absent);
    EXPECT_EQ(world.order(), "a");
    EXPECT_TRUE(world.choose().reasoning_given_up);
    world.constraints.require.needs.set(Need::reasoning);
    EXPECT_TRUE(world.choose().kept.empty());
}

TEST(Objectives, KeepTheOrderOfTheList) {
    World world{"c", "a", "b"};
    world.live["c"].available = false;
    EXPECT_EQ(world.order(), "a b c");
}

TEST(Objectives, AskTheCheapestFirstAndCountItsCache) {
    World world{"a", "b", "c"};
    world.prefer = {.objective = Objective::cost};
    world[0].facts.price = {.input = 3, .output = 3};
    world[1].facts.price = {.input = 1, .output = 1};
    EXPECT_EQ(world.order(), "b a c") << "an unknown price comes last";
    world[0].facts.price.cached = 0.01;
    world[0].facts.price.output = 0.5;
    world.live["a"].cached_share = 1;
    EXPECT_EQ(world.order(), "a b c");
}

TEST(Objectives, ExpectLatencyFromFirstTokenAndSpeed) {
    World world{"a", "b"};
    world.prefer = {.objective = Objective::latency};
    world.live["a"] = {.samples = 50, .first_token_p50 = milliseconds(200), .tokens_per_second = 20};
    world.live["b"] = {.samples = 50, .first_token_p50 = milliseconds(800), .tokens_per_second = 200};
    EXPECT_EQ(world.order(), "b a");
    world.needs.expected_output = 5;
    EXPECT_EQ(world.order(), "a b");
    world.live["a"].error_share = 0.9;
    EXPECT_EQ(world.order(), "b a") << "a fast failer attracts nothing";
}

TEST(Objectives, AskTheBestFirst) {
    World world{"a", "b", "c"};
    world.prefer = {.objective = Objective::quality};
    world[0].quality = {{"reasoning", 50}, {"code", 100}};
    world[1].quality = {{"reasoning", 90}};
    EXPECT_EQ(world.order(), "b a c");
}

TEST(Objectives, MixInShares) {
    World world{"a", "b"};
    world[0].facts.price = {.input = 1, .output = 1};
    world[1].facts.price = {.input = 3, .output = 3};
    world[0].quality = {{"x", 10}};
    world[1].quality = {{"x", 90}};
    world.prefer = {.objective = Objective::mix, .cost = 0.95, .quality = 0.05};
    EXPECT_EQ(world.order(), "a b");
    world.prefer = {.objective = Objective::mix, .cost = 0.5, .quality = 0.5};
    EXPECT_EQ(world.order(), "b a");
}

TEST(Objectives, ShareByWeight) {
    World world{"a", "b", "c"};
    world.prefer = {.objective = Objective::weighted};
    world.weights = {3, 1, 0};
    const auto count = world.first_of(4'000);
    EXPECT_NEAR(count.at("a"), 3'000, 150);
    EXPECT_FALSE(count.contains("c"));
    world.live["a"].ramp = 0.1;
    EXPECT_NEAR(world.first_of(4'000).at("a"), 4'000 * 0.3 / 1.3, 150);
}

TEST(NearEquals, GiveTheBusierOneLess) {
    World world{"a", "b"};
    world.prefer = {.objective = Objective::cost};
    for (const char* name : {"a", "b"})
        world.live[name] = {.samples = 9, .in_flight = 2, .peak_latency = milliseconds(100)};
    EXPECT_NEAR(world.first_of(1'000).at("a"), 500, 100);
    world.live["a"].in_flight = 9;
    EXPECT_EQ(world.first_of(100).at("b"), 100);
    world.live["b"].peak_latency = std::chrono::seconds(5);
    EXPECT_EQ(world.first_of(100).at("a"), 100);
    world.live["a"].ramp = 0.25;
    EXPECT_NEAR(world.first_of(1'000).at("a"), 250, 60) << "slow start";
}

TEST(NearEquals, TryNowAndThenWhatNobodyHasMeasured) {
    World world{"a", "b"};
    world.prefer = {.objective = Objective::latency};
    world.live["a"] = {.samples = 50, .first_token_p50 = milliseconds(200)};
    EXPECT_NEAR(world.first_of(5'000).at("b"), 100, 40);
}

TEST(Affinity, KeepsConversationsAndMovesOnlyThoseOfTheOneThatLeaves) {
    World world{"a", "b", "c", "d"};
    world.prefer = {.objective = Objective::cost};
    std::map<std::uint64_t, std::string> home;
    std::map<std::string, int> count;
    for (std::uint64_t i = 0; i < 200; ++i) {
        world.conversation = fnv1a("conversation " + std::to_string(i));
        home[i] = world.order().substr(0, 1);
        ++count[home[i]];
        for (int turn = 0; turn < 5; ++turn) EXPECT_EQ(world.order().substr(0, 1), home[i]);
    }
    for (const char* name : {"a", "b", "c", "d"}) EXPECT_NEAR(count[name], 50, 25) << name;
    world.live["b"].available = false;
    for (std::uint64_t i = 0; i < 200; ++i) {
        world.conversation = fnv1a("conversation " + std::to_string(i));
        const std::string now = world.order().substr(0, 1);
        EXPECT_NE(now, "b");
        if (home[i] != "b") EXPECT_EQ(now, home[i]) << i;
    }
}

TEST(Affinity, GivesWayWhenTheHomeIsFarBusier) {
    World world{"a", "b"};
    world.prefer = {.objective = Objective::cost};
    world.conversation = 42;
    const std::string home = world.order().substr(0, 1);
    world.live[home].in_flight = 40;
    EXPECT_NE(world.order().substr(0, 1), home);
}

struct PickCase {
    const char* name;
    void (*set)(World& world);
    const char* reason;  ///< "pick of near equals; affinity own"
};

class EachPick : public testing::TestWithParam<PickCase> {};

TEST_P(EachPick, IsSaid) {
    World world{"a", "b"};
    GetParam().set(world);
    const OrderReason reason = world.choose().reason;
    std::string text = std::string(to_string(reason.pick)) + " of " + std::to_string(reason.near_equals);
    if (reason.affinity != Affinity::none)
        text += "; " + std::string(to_string(reason.affinity)) + " " + reason.own->name;
    EXPECT_EQ(text, GetParam().reason);
}

/// By cost, with equal prices, in a conversation that belongs to `a`.
void converse(World& world) {
    world.prefer = {.objective = Objective::cost};
    world.conversation = 1;
    while (world.order().front() != 'a') ++*world.conversation;
}

const PickCase kPicks[] = {
    {"listed", [](World&) {}, "listed of 1"},
    {"available", [](World& w) { w.live["a"].available = false; }, "available of 1"},
    {"named", [](World& w) { w.first = {"p-b"}; }, "named of 1"},
    {"weighted", [](World& w) { w.prefer = {.objective = Objective::weighted}; }, "weighted of 1"},
    {"best",
     [](World& w) {
         w.prefer = {.objective = Objective::cost};
         w[0].facts.price = {.input = 3, .output = 3};
         w[1].facts.price = {.input = 1, .output = 1};
     },
     "best of 1"},
    {"less_busy", [](World& w) { w.prefer = {.objective = Objective::cost}; }, "less_busy of 2"},
    {"unmeasured",
     [](World& w) {
         w.prefer = {.objective = Objective::latency};
         w.live["a"] = {.samples = 50, .first_token_p50 = milliseconds(200)};
         std::uint64_t seed = 0;
         do w.rng = Rng(++seed);
         while (w.order() == "a b");
         w.rng = Rng(seed);
     },
     "unmeasured of 1"},
    {"conversation", converse, "conversation of 2; kept a"},
    {"alone",
     [](World& w) {
         converse(w);
         w[0].facts.price = {.input = 1, .output = 1};
         w[1].facts.price = {.input = 3, .output = 3};
         w.live["a"].in_flight = 40;
     },
     "best of 1"},
    {"away",
     [](World& w) {
         converse(w);
         w.live["a"].available = false;
     },
     "available of 1; unavailable a"},
    {"busy",
     [](World& w) {
         converse(w);
         w.live["a"].in_flight = 40;
     },
     "conversation of 2; busy a"},
    {"slow_start",
     [](World& w) {
         converse(w);
         w.live["a"].ramp = 0;
     },
     "conversation of 2; slow_start a"},
    {"overruled",
     [](World& w) {
         converse(w);
         w.first = {"b"};
     },
     "named of 2; overruled a"},
};
INSTANTIATE_TEST_SUITE_P(Table, EachPick, testing::ValuesIn(kPicks), [](const auto& info) { return info.param.name; });

TEST(PlainList, IsKeptAsItStands) {
    World world{"a", "b"};
    world.live["a"].available = false;
    world[1].facts.price = {.input = 1, .output = 10};
    world[1].facts.context = 100;
    const CandidateChoice choice = world.list();
    ASSERT_EQ(choice.kept.size(), 2u);
    EXPECT_EQ(choice.kept[0].deployment->name, "a");
    EXPECT_FALSE(choice.kept[0].live.available);
    EXPECT_DOUBLE_EQ(choice.kept[1].cost.value_or(0), (1'000 * 1 + 400 * 10) / 1e6);
    EXPECT_TRUE(choice.removed.empty());
}

}  // namespace
}  // namespace breakwater
