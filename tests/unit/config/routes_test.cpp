#include <gtest/gtest.h>

#include "test_environment.hpp"

namespace breakwater::config {
namespace {

using test::load;

constexpr const char* kDeployments = R"(
version: 1
providers: { sim: { dialect: sim } }
deployments:
  a: { provider: sim, model: chat }
  b: { provider: sim, model: echo }
  c: { provider: sim, model: lorem }
)";

std::vector<std::size_t> deployments_of(const Config& config, std::string_view route) {
    return config.route(route)->deployments;
}

TEST(Routes, ReplaceRoutesAmongTheirCandidatesInOrderAndOnce) {
    const auto config = load(std::string(kDeployments) + R"(
routes:
  all: { candidates: [b, fast, c] }
  fast: { candidates: [a, b] }
)");

    ASSERT_TRUE(config.has_value()) << config.error();
    EXPECT_EQ(deployments_of(*config, "all"), (std::vector<std::size_t>{1, 0, 2}));
    EXPECT_EQ(deployments_of(*config, "fast"), (std::vector<std::size_t>{0, 1}));
}

TEST(Routes, AreAddedForDeploymentsThatNoRouteIsNamedAfter) {
    const auto config =
        load(std::string(kDeployments) + "routes: { a: { candidates: [b, a] } }\ndefaults: { adapt: strict }\n");

    ASSERT_TRUE(config.has_value()) << config.error();
    ASSERT_EQ(config->routes.size(), 3u);
    EXPECT_EQ(deployments_of(*config, "a"), (std::vector<std::size_t>{1, 0})) << "the route hides the deployment";
    EXPECT_EQ(deployments_of(*config, "c"), (std::vector<std::size_t>{2}));
    EXPECT_EQ(config->route("c")->policies.adapt, AdaptMode::strict);
}

TEST(Routes, LayTheirPoliciesOverTheDefaults) {
    const auto config = load(std::string(kDeployments) + R"(
defaults:
  timeouts: { connect: 1s, head: 2s, first_token: 3s, gap: 4s, total: 5s }
  retry: { attempts: 7, same: 0, budget: 50%, budget_floor: 1/m, backoff_min: 1s, backoff_max: 2s, retry_after_max: 3s }
  after_commit: [error]
  adapt: drop
routes:
  r: { candidates: [a], timeouts: { gap: 9s }, retry: { attempts: 1 }, adapt: strict }
)");

    ASSERT_TRUE(config.has_value()) << config.error();
    const Policies& policies = config->route("r")->policies;
    EXPECT_EQ(policies.timeouts.connect, milliseconds(1000));
    EXPECT_EQ(policies.timeouts.head, milliseconds(2000));
    EXPECT_EQ(policies.timeouts.first_token, milliseconds(3000));
    EXPECT_EQ(policies.timeouts.gap, milliseconds(9000));
    EXPECT_EQ(policies.timeouts.total, milliseconds(5000));
    EXPECT_EQ(policies.retry.attempts, 1);
    EXPECT_EQ(policies.retry.same, 0);
    EXPECT_DOUBLE_EQ(policies.retry.budget, 0.5);
    EXPECT_DOUBLE_EQ(policies.retry.budget_floor_per_second, 1.0 / 60);
    EXPECT_EQ(policies.retry.backoff_min, milliseconds(1000));
    EXPECT_EQ(policies.retry.backoff_max, milliseconds(2000));
    EXPECT_EQ(policies.retry.retry_after_max, milliseconds(3000));
    EXPECT_EQ(policies.adapt, AdaptMode::strict);
    EXPECT_EQ(config->defaults.adapt, AdaptMode::drop);
    EXPECT_EQ(config->route("a")->policies.timeouts.gap, milliseconds(4000));
}

TEST(Routes, SayWhenADeploymentIsLeftAloneAndWhenARequestIsSentTwice) {
    const auto config = load(std::string(kDeployments) + R"(
defaults:
  breaker: { errors: 30%, window: 10s, min_requests: 9, consecutive: 3, probe_after: 2s }
routes:
  plain: { candidates: [a] }
  r: { candidates: [a], breaker: off, hedge: { after: 800ms, budget: 2%, budget_floor: 1/s, max_cost: 0.5 }, after_commit: [hold] }
  s: { candidates: [a], breaker: { consecutive: 4 }, hedge: { after: p95 } }
  t: { candidates: [a], breaker: on, hedge: on, after_commit: [continue, restart, error] }
)");

    ASSERT_TRUE(config.has_value()) << config.error();
    const Policies& plain = config->route("plain")->policies;
    EXPECT_TRUE(plain.breaker.enabled);
    EXPECT_DOUBLE_EQ(plain.breaker.errors, 0.3);
    EXPECT_EQ(plain.breaker.window, milliseconds(10'000));
    EXPECT_EQ(plain.breaker.min_requests, 9);
    EXPECT_EQ(plain.breaker.consecutive, 3);
    EXPECT_EQ(plain.breaker.probe_after, milliseconds(2'000));
    EXPECT_FALSE(plain.hedge.enabled) << "nothing is sent twice unless it is asked for";
    const Policies& r = config->route("r")->policies;
    EXPECT_FALSE(r.breaker.enabled);
    EXPECT_TRUE(r.hedge.enabled);
    EXPECT_EQ(r.hedge.after, milliseconds(800));
    EXPECT_DOUBLE_EQ(r.hedge.budget, 0.02);
    EXPECT_DOUBLE_EQ(r.hedge.budget_floor_per_second, 1.0);
    EXPECT_EQ(r.hedge.max_cost_usd, 0.5);
    EXPECT_EQ(r.after_commit, std::vector{AfterCommit::hold});
    EXPECT_EQ(plain.after_commit, std::vector{AfterCommit::error});
    const Policies& s = config->route("s")->policies;
    EXPECT_EQ(s.breaker.consecutive, 4);
    EXPECT_EQ(s.breaker.min_requests, 9) << "what the route leaves out is the default's";
    EXPECT_TRUE(s.hedge.enabled);
    EXPECT_FALSE(s.hedge.after);
    EXPECT_TRUE(config->route("t")->policies.breaker.enabled);
    EXPECT_EQ(config->route("t")->policies.after_commit,
              (std::vector{AfterCommit::resume, AfterCommit::restart, AfterCommit::error}));
    EXPECT_TRUE(config->route("t")->policies.hedge.enabled);
}

TEST(Routes, FollowLongChainsWithoutRecursion) {
    std::string text = kDeployments;
    text += "routes:\n  r0: { candidates: [a] }\n";
    for (int i = 1; i < 3000; ++i)
        text += "  r" + std::to_string(i) + ": { candidates: [r" + std::to_string(i == 2999 ? 0 : i + 1) + "] }\n";

    const auto config = load(text);

    ASSERT_TRUE(config.has_value()) << config.error();
    EXPECT_EQ(deployments_of(*config, "r1"), std::vector<std::size_t>{0});
}

TEST(Deployments, TakeFactsFromTheVendorsCatalogue) {
    const auto config = load(
        "version: 1\nproviders: { o: { dialect: openai, api_key: \"${OPENAI_API_KEY}\" } }\n"
        "deployments: { d: { provider: o, model: gpt-x }, e: { provider: o, model: unheard-of } }\n");

    ASSERT_TRUE(config.has_value()) << config.error();
    EXPECT_TRUE(config->deployments[0].known);
    EXPECT_EQ(config->deployments[0].facts.context, 400000);
    EXPECT_EQ(config->deployments[0].facts.price.output, 8);
    EXPECT_FALSE(config->deployments[1].known);
    EXPECT_EQ(config->deployments[1].facts.id, "unheard-of");
    EXPECT_FALSE(config->deployments[1].facts.price.input.has_value()) << "unknown is not zero";
}

TEST(Deployments, LayTheirOwnFactsOverThoseOfLike) {
    const auto config = load(R"(
version: 1
providers: { local: { dialect: openai, base_url: "http://127.0.0.1:1/v1" } }
deployments:
  d:
    provider: local
    model: mine
    like: acme/model-1
    limits: { context: 8k, concurrency: 3 }
    price: { output: 0.5, cached: 0.1 }
    capabilities:
      features: { reasoning: native }
      parameters:
        temperature: { min: 0.1 }
        stop: { count_max: 4, excludes: [seed] }
        reasoning_effort: { support: native, values: [low, 2] }
        n: { essential: true }
        logit_bias: absent
)");

    ASSERT_TRUE(config.has_value()) << config.error();
    const Deployment& deployment = config->deployments[0];
    EXPECT_TRUE(deployment.known);
    EXPECT_EQ(deployment.concurrency, 3u);
    const ModelFacts& facts = deployment.facts;
    EXPECT_EQ(facts.context, 8000);
    EXPECT_EQ(facts.max_output, 5000);
    EXPECT_EQ(facts.price.input, 1);
    EXPECT_EQ(facts.price.output, 0.5);
    EXPECT_EQ(facts.price.cached, 0.1);
    EXPECT_EQ(facts.capabilities.feature(Feature::tools), Support::native);
    EXPECT_EQ(facts.capabilities.feature(Feature::reasoning), Support::native);
    EXPECT_EQ(facts.capabilities.rule(Parameter::temperature).min, 0.1);
    EXPECT_EQ(facts.capabilities.rule(Parameter::temperature).max, 1);
    EXPECT_EQ(facts.capabilities.rule(Parameter::stop).count_max, 4);
    EXPECT_EQ(facts.capabilities.rule(Parameter::stop).excludes, std::vector<std::string>{"seed"});
    EXPECT_EQ(facts.capabilities.rule(Parameter::reasoning_effort).values, (std::vector<std::string>{"low", "2"}));
    EXPECT_TRUE(facts.capabilities.rule(Parameter::n).essential);
    EXPECT_EQ(facts.capabilities.rule(Parameter::logit_bias).support, Support::absent);
}

TEST(Deployments, HaveALimitThatIsANumberOrAdapts) {
    const auto config = load(R"(
version: 1
providers: { local: { dialect: openai, base_url: "http://127.0.0.1:1/v1" } }
deployments:
  free:  { provider: local, model: m }
  fixed: { provider: local, model: m, limits: { concurrency: 3 } }
  found: { provider: local, model: m, limits: { concurrency: adaptive, concurrency_min: 4, concurrency_max: 64 } }
  any:   { provider: local, model: m, limits: { concurrency: adaptive } }
)");
    ASSERT_TRUE(config.has_value()) << config.error();
    EXPECT_FALSE(config->deployments[0].concurrency || config->deployments[0].adaptive_concurrency);
    EXPECT_EQ(config->deployments[1].concurrency, 3u);
    EXPECT_FALSE(config->deployments[1].adaptive_concurrency);
    ASSERT_TRUE(config->deployments[2].adaptive_concurrency);
    EXPECT_FALSE(config->deployments[2].concurrency);
    EXPECT_EQ(config->deployments[2].adaptive_concurrency->least, 4u);
    EXPECT_EQ(config->deployments[2].adaptive_concurrency->most, 64u);
    EXPECT_EQ(config->deployments[3].adaptive_concurrency->most, 1000u);
    for (const char* limits :
         {"{ concurrency: 3, concurrency_min: 2 }", "{ concurrency_max: 2 }",
          "{ concurrency: adaptive, concurrency_min: 5, concurrency_max: 4 }", "{ concurrency: adaptative }"}) {
        EXPECT_FALSE(
            load("version: 1\nproviders: { local: { dialect: openai, base_url: \"http://127.0.0.1:1/v1\" } }\n"
                 "deployments: { d: { provider: local, model: m, limits: " +
                 std::string(limits) + " } }\n"))
            << limits;
    }
}

TEST(Routes, HaveAQueueAndPutOutliersAsideWhenAskedTo) {
    const auto config = load(R"(
version: 1
providers: { local: { dialect: openai, base_url: "http://127.0.0.1:1/v1" } }
deployments: { d: { provider: local, model: m } }
routes:
  none: { candidates: [d] }
  some: { candidates: [d], queue: { size: 7, wait: 250ms }, outliers: { spread: 2.5, share: 25%, aside: 2s } }
  plain: { candidates: [d], queue: on, outliers: on }
)");
    ASSERT_TRUE(config.has_value()) << config.error();
    EXPECT_FALSE(config->route("none")->policies.queue.enabled || config->route("none")->policies.outliers.enabled);
    const Policies& some = config->route("some")->policies;
    EXPECT_TRUE(some.queue.enabled && some.outliers.enabled);
    EXPECT_EQ(some.queue.size, 7u);
    EXPECT_EQ(some.queue.wait, milliseconds(250));
    EXPECT_EQ(some.outliers.spread, 2.5);
    EXPECT_EQ(some.outliers.share, 0.25);
    EXPECT_EQ(some.outliers.aside, milliseconds(2000));
    const Policies& plain = config->route("plain")->policies;
    EXPECT_TRUE(plain.queue.enabled && plain.outliers.enabled);
    EXPECT_EQ(plain.queue.size, 100u);
}

}  // namespace
}  // namespace breakwater::config
