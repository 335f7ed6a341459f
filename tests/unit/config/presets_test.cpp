#include "config/presets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_environment.hpp"

namespace breakwater::config {
namespace {

using test::load;

TEST(Presets, BringDialectAddressAndFacts) {
    const auto config = load(R"(
version: 1
providers: { fast: { preset: groq, api_key: "${OPENAI_API_KEY}" } }
deployments: { llama: { provider: fast, model: llama-x } }
)");

    ASSERT_TRUE(config.has_value()) << config.error();
    const Provider& provider = config->providers.at(0);
    EXPECT_EQ(provider.preset, "groq");
    EXPECT_EQ(provider.dialect, "openai");
    EXPECT_EQ(provider.base_url, "https://api.groq.com/openai/v1");
    EXPECT_TRUE(config->deployments.at(0).known);
    EXPECT_EQ(config->deployments.at(0).facts.context, 131072);
    EXPECT_THAT(config->warnings, testing::IsEmpty());
}

TEST(Presets, GiveWayToWhatStandsBesideThem) {
    const auto config = load(R"(
version: 1
providers:
  proxy: { preset: groq, base_url: "http://127.0.0.1:1/v1" }
  other: { preset: deepseek, dialect: anthropic, base_url: "https://api.deepseek.com/anthropic" }
deployments: { llama: { provider: proxy, model: llama-x } }
)");

    ASSERT_TRUE(config.has_value()) << config.error();
    EXPECT_EQ(config->providers.at(0).base_url, "http://127.0.0.1:1/v1");
    EXPECT_EQ(config->providers.at(1).dialect, "anthropic");
    EXPECT_EQ(config->providers.at(1).preset, "deepseek");
    EXPECT_TRUE(config->deployments.at(0).known) << "the address is another one, the vendor's models are the same";
}

TEST(Presets, HaveACatalogueVendorEach) {
    for (const Preset& preset : all_presets()) {
        const auto has_its_vendor = [&](const ModelFacts& model) { return model.vendor == preset.vendor; };
        EXPECT_TRUE(std::ranges::any_of(Catalog::builtin().models(), has_its_vendor)) << preset.name;
    }
}

TEST(Warnings, NameTheNearestModelOfTheVendor) {
    const auto config = load(R"(version: 1
providers:
  openai: { dialect: openai, api_key: "${OPENAI_API_KEY}" }
deployments:
  typo: { provider: openai, model: gpt-y }
  dated: { provider: openai, model: gpt-x-2026-01-01 }
  new: { provider: openai, model: something }
)");

    ASSERT_TRUE(config.has_value()) << config.error();
    using testing::AllOf;
    using testing::HasSubstr;
    using testing::StartsWith;
    EXPECT_THAT(config->warnings,
                testing::ElementsAre(AllOf(StartsWith("/etc/breakwater/test.yaml:5:36: `deployments.typo.model`"),
                                           HasSubstr("did you mean `gpt-x`?")),
                                     AllOf(StartsWith("/etc/breakwater/test.yaml:6:37: "),
                                           HasSubstr("version of `gpt-x`, add like: openai/gpt-x")),
                                     HasSubstr("like: vendor/model")));
}

TEST(Warnings, AreNotForModelsOfOnesOwnServersAndThoseWithLike) {
    const auto config = load(R"(
version: 1
providers:
  openai: { dialect: openai, api_key: "${OPENAI_API_KEY}" }
  local: { dialect: openai, base_url: "http://127.0.0.1:1/v1" }
  sim: { dialect: sim }
deployments:
  a: { provider: local, model: my-llama }
  b: { provider: openai, model: gpt-y, like: acme/model-1 }
  c: { provider: sim, model: chat }
)");

    ASSERT_TRUE(config.has_value()) << config.error();
    EXPECT_THAT(config->warnings, testing::IsEmpty());
}

/// Knows the model `chat` and the fault `refused`.
std::optional<std::string> small_simulator(std::string_view dialect, std::string_view model,
                                           const SimSettings& settings) {
    if (dialect != "sim") return std::nullopt;
    if (model != "chat") return "no model " + std::string(model);
    if (settings.fail_with != "refused" && settings.fail_with != "status-503") return "no fault " + settings.fail_with;
    return std::nullopt;
}

TEST(SimulatedModels, AreProblemsAtTheirPlaceAmongTheOthers) {
    const test::TestWorld world{.model_fault = small_simulator};
    const auto config = load(R"(version: 1
providers:
  sim: { dialect: sim }
  chaos: { dialect: sim, fail_with: refuse }
  openai: { dialect: openai, api_key: "${OPENAI_API_KEY}" }
deployments:
  a: { provider: sim, model: chta }
  b: { provider: chaos, model: chat }
  c: { provider: none, model: chat }
  d: { provider: openai, model: gpt-x }
)",
                             world);

    ASSERT_FALSE(config.has_value());
    EXPECT_EQ(config.error(),
              "4:37: `providers.chaos.fail_with`: no fault refuse\n"
              "7:30: `deployments.a.model`: no model chta\n"
              "9:18: `deployments.c.provider`: there is no provider \"none\"; help: add it under `providers`\n");
}

}  // namespace
}  // namespace breakwater::config
