#include "breakwater/gateway/snapshot.hpp"

#include <gtest/gtest.h>

#include "breakwater/config/loader.hpp"
#include "breakwater/providers/provider.hpp"

namespace breakwater {
namespace {

std::shared_ptr<const Snapshot> snapshot_of(std::string_view text) {
    auto config = config::load_text(text, "test.yaml", config::real_environment(dialect_infos()));
    if (!config) return nullptr;
    auto snapshot = Snapshot::build(std::move(*config), 1);
    return snapshot ? *snapshot : nullptr;
}

TEST(Snapshot, LaysCapabilitiesOfDialectProviderCatalogueAndDeploymentOverEachOther) {
    const auto snapshot = snapshot_of(R"(
version: 1
providers:
  m:
    preset: mistral
    api_key: some-key-0123456789
    capabilities: { features: { prediction: absent, tools: absent } }
deployments:
  unknown: { provider: m, model: nobody-knows-it }
  known: { provider: m, model: mistral-large-latest }
  own: { provider: m, model: nobody-knows-it, capabilities: { parameters: { user: native } } }
)");

    ASSERT_NE(snapshot, nullptr);
    const auto capabilities = [&](std::string_view route) {
        return snapshot->route(route)->candidates[0]->capabilities;
    };
    EXPECT_EQ(capabilities("unknown").feature(Feature::file_url_input), Support::absent) << "the dialect's";
    EXPECT_EQ(capabilities("unknown").rule(Parameter::user).support, Support::absent) << "the preset's";
    EXPECT_EQ(capabilities("unknown").feature(Feature::prediction), Support::absent) << "the provider's";
    EXPECT_EQ(capabilities("unknown").feature(Feature::tools), Support::absent);
    EXPECT_EQ(capabilities("known").feature(Feature::tools), Support::native) << "the catalogue's";
    EXPECT_EQ(capabilities("own").rule(Parameter::user).support, Support::native) << "the deployment's";
}

TEST(Snapshot, KeepsWhatRelaysEarnFromTheRoutes) {
    const auto snapshot = snapshot_of(R"(
version: 1
providers:
  sim: { dialect: sim }
  a: { dialect: openai, api_key: some-key-0123456789, passthrough: all }
  b: { dialect: openai, api_key: some-key-0123456789, passthrough: files }
deployments:
  m: { provider: a, model: m }
routes:
  r: { candidates: [m] }
)");
    ASSERT_NE(snapshot, nullptr);
    const std::size_t routes = snapshot->routes().size();
    EXPECT_LT(snapshot->resolve("r")->route_index, routes);
    EXPECT_EQ(snapshot->resolve("sim/chat")->route_index, routes);
    EXPECT_EQ(snapshot->relay_to("a")->route_index, routes + 1);
    EXPECT_EQ(snapshot->relay_to("b")->route_index, routes + 2);
    EXPECT_FALSE(snapshot->relay_to("sim").has_value());
}

TEST(Snapshot, ResolvesSimulatedModelsThatNobodyConfigured) {
    const auto snapshot = snapshot_of("version: 1\nproviders: { sim: { dialect: sim } }\n");
    ASSERT_NE(snapshot, nullptr);
    // Both are held at once: neither may become the other.
    const auto lorem = snapshot->resolve("sim/lorem:tokens=5");
    const auto embed = snapshot->resolve("sim/embed");
    ASSERT_TRUE(lorem && embed);
    EXPECT_EQ(lorem->candidates.front()->model, "lorem:tokens=5");
    EXPECT_TRUE(lorem->chats);
    EXPECT_EQ(embed->candidates.front()->model, "embed");
    EXPECT_TRUE(embed->candidates.front()->serves(ModelMode::embedding));
    EXPECT_FALSE(embed->chats);
    EXPECT_EQ(embed->candidates.front()->provider, "sim");
    EXPECT_TRUE(embed->candidates.front()->known);
    EXPECT_FALSE(snapshot->resolve("other/lorem").has_value());

    const auto without =
        snapshot_of("version: 1\nproviders: { a: { dialect: openai, api_key: some-key-0123456789 } }\n");
    ASSERT_NE(without, nullptr);
    EXPECT_FALSE(without->resolve("sim/lorem").has_value());
}

}  // namespace
}  // namespace breakwater
