#include "breakwater/config/presets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "config/key_spec.hpp"
#include "config/presets_text.hpp"
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

TEST(Presets, AreToldByTheHostInAnyCase) {
    const auto config = load(R"(
version: 1
providers:
  fast: { dialect: openai, base_url: "https://API.Groq.com/openai/v1", api_key: "${OPENAI_API_KEY}" }
  part: { dialect: openai, base_url: "https://groq.com/openai/v1", api_key: "${OPENAI_API_KEY}" }
)");

    ASSERT_TRUE(config.has_value()) << config.error();
    EXPECT_EQ(config->providers.at(0).preset, "groq");
    EXPECT_TRUE(config->providers.at(0).quirks == find_preset("groq")->quirks);
    EXPECT_EQ(config->providers.at(1).preset, "") << "a part of a preset's host is another host";
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

TEST(Presets, NameOnlyVendorsThatTheCatalogueHas) {
    for (const Preset& preset : all_presets()) {
        if (preset.vendor.empty()) continue;
        const auto has_its_vendor = [&](const ModelFacts& model) { return model.vendor == preset.vendor; };
        EXPECT_TRUE(std::ranges::any_of(Catalog::builtin().models(), has_its_vendor)) << preset.name;
    }
}

/// As the lines of the file have them, in its order.
std::vector<std::string> names_in_the_file() {
    const std::string text(presets_text());
    const std::regex name("\n  ([a-z0-9_-]+):\n");
    std::vector<std::string> names;
    for (auto found = std::sregex_iterator(text.begin(), text.end(), name); found != std::sregex_iterator(); ++found)
        names.push_back((*found)[1]);
    return names;
}

TEST(Presets, AreThoseOfTheFile) {
    EXPECT_THAT(preset_names(), testing::ElementsAreArray(names_in_the_file()));
    EXPECT_THAT(preset_names(), testing::IsSupersetOf({"openai", "azure", "groq", "vllm", "generic"}));
    EXPECT_EQ(find_preset("groq")->key_variable, "GROQ_API_KEY");
    EXPECT_EQ(find_preset("vllm")->key_variable, "");
    EXPECT_EQ(find_preset("mistral")->quirks.seed, "random_seed");
    EXPECT_EQ(find_preset("nobody"), nullptr);
}

/// The presets' file as somebody would copy it who has them all behind one address of no vendor.
std::string copied_presets() {
    std::string text(presets_text());
    text = std::regex_replace(text, std::regex("\n *base_url:[^\n]*"), "");
    text = std::regex_replace(text, std::regex("\\$\\{[A-Z_]+\\}"), "${OPENAI_API_KEY}");
    return std::regex_replace(text, std::regex("dialect: openai"),
                              "dialect: openai\n    base_url: \"http://127.0.0.1:1/v1\"");
}

TEST(Presets, CanBeWrittenOutAsProviders) {
    const auto config = load(copied_presets());

    ASSERT_TRUE(config.has_value()) << config.error();
    ASSERT_EQ(config->providers.size(), all_presets().size());
    for (const Provider& provider : config->providers) {
        const Preset& preset = *find_preset(provider.name);
        EXPECT_EQ(provider.preset, "") << provider.name;
        EXPECT_TRUE(provider.quirks == preset.quirks) << provider.name;
        EXPECT_TRUE(provider.capabilities == preset.capabilities) << provider.name;
        EXPECT_EQ(provider.catalog, preset.vendor) << provider.name;
    }
}

TEST(Presets, LieUnderTheProvidersOwnQuirksAndCapabilities) {
    const auto config = load(R"(
version: 1
providers:
  m:
    preset: mistral
    api_key: "${OPENAI_API_KEY}"
    quirks: { stream_options: true, turns: one_system }
    capabilities: { parameters: { user: native, temperature: { max: 1 } } }
)");

    ASSERT_TRUE(config.has_value()) << config.error();
    const Provider& provider = config->providers.at(0);
    EXPECT_TRUE(provider.quirks.stream_options);
    EXPECT_EQ(provider.quirks.turns, Turns::one_system);
    EXPECT_TRUE(provider.quirks.short_tool_ids) << "what is not stated is the preset's";
    EXPECT_EQ(provider.capabilities.rule(Parameter::user).support, Support::native);
    EXPECT_EQ(provider.capabilities.rule(Parameter::temperature).max, 1);
    EXPECT_EQ(provider.capabilities.rule(Parameter::temperature).min, 0);
    EXPECT_EQ(provider.capabilities.rule(Parameter::logit_bias).support, Support::absent);
}

TEST(Presets, AreKnownByTheHostOfTheAddress) {
    const auto config = load(R"(
version: 1
providers:
  a: { dialect: openai, base_url: "https://API.groq.com/other/path", api_key: "${OPENAI_API_KEY}" }
  b: { dialect: openai, base_url: "https://res.openai.azure.com", api_key: "${OPENAI_API_KEY}" }
  c: { dialect: openai, base_url: "http://127.0.0.1:1234/v1" }
  d: { dialect: openai, api_key: "${OPENAI_API_KEY}" }
  e: { dialect: anthropic, base_url: "https://api.groq.com" }
)");

    ASSERT_TRUE(config.has_value()) << config.error();
    const auto& providers = config->providers;
    EXPECT_EQ(providers.at(0).preset, "groq");
    EXPECT_EQ(providers.at(0).base_url, "https://API.groq.com/other/path");
    EXPECT_EQ(providers.at(1).quirks.urls, UrlForm::azure);
    EXPECT_EQ(providers.at(2).quirks, Quirks{}) << "a port tells nothing about who listens there";
    EXPECT_TRUE(providers.at(3).quirks.official);
    EXPECT_EQ(providers.at(4).preset, "");
}

TEST(Presets, OfServersAtHomeNeedNoKey) {
    const auto config = load(R"(
version: 1
providers:
  one: { preset: vllm }
  two: { preset: lmstudio, base_url: "http://10.0.0.1:1234/v1", api_key: "${OPENAI_API_KEY}" }
deployments:
  m: { provider: one, model: my-model }
)");

    ASSERT_TRUE(config.has_value()) << config.error();
    EXPECT_EQ(config->providers.at(0).base_url, "http://127.0.0.1:8000/v1");
    EXPECT_EQ(config->providers.at(0).quirks.reasoning_switch, ReasoningSwitch::chat_template);
    EXPECT_EQ(config->deployments.at(0).facts.vendor, "");
    EXPECT_THAT(config->warnings, testing::IsEmpty());
}

TEST(Presets, AskForWhatTheyDoNotBring) {
    const auto config = load(R"(version: 1
providers:
  a: { preset: azure, api_key: "${OPENAI_API_KEY}" }
  b: { preset: generic }
  c: { preset: moonshot }
)");

    ASSERT_FALSE(config.has_value());
    EXPECT_EQ(config.error(),
              "3:3: `providers.a` needs a `base_url`: preset azure has no address of its own; help: add base_url: "
              "https://...\n"
              "4:3: `providers.b` needs a `base_url`: preset generic has no address of its own; help: add base_url: "
              "https://...\n"
              "5:3: `api_key` is missing in `providers.c`; help: add api_key: \"${MOONSHOT_API_KEY}\"\n");
}

TEST(Quirks, AreForTheDialectThatHasThem) {
    const auto config = load(R"(version: 1
providers:
  a: { dialect: anthropic, api_key: "${OPENAI_API_KEY}", quirks: { official: true } }
  s: { dialect: sim, quirks: { official: true } }
  o: { dialect: openai, base_url: "http://127.0.0.1:1", quirks: { token_limit: max, stop: 1 } }
)");

    ASSERT_FALSE(config.has_value());
    EXPECT_THAT(config.error(),
                testing::HasSubstr("`providers.a.quirks` is for the dialects openai and openai.responses only"));
    EXPECT_THAT(config.error(), testing::HasSubstr("`providers.s.quirks` does nothing for dialect sim"));
    EXPECT_THAT(config.error(), testing::HasSubstr("`providers.o.quirks.token_limit`: expected one of"));
    EXPECT_THAT(config.error(), testing::HasSubstr("unknown key `stop` in `providers.o.quirks`"));
}

TEST(Passthrough, OfFilesIsForDialectsThatHaveThem) {
    const auto config = load(R"(version: 1
providers:
  a: { dialect: anthropic, api_key: "${OPENAI_API_KEY}", passthrough: files }
  o: { dialect: openai, base_url: "http://127.0.0.1:1", passthrough: files }
  c: { dialect: cohere, api_key: "${OPENAI_API_KEY}", passthrough: files }
)");

    ASSERT_FALSE(config.has_value());
    EXPECT_THAT(config.error(), testing::HasSubstr("`providers.c.passthrough: files` is for the dialects openai and "
                                                   "anthropic only; help: write `all` or `off`"));
    EXPECT_THAT(config.error(), testing::Not(testing::HasSubstr("providers.a.passthrough")));
    EXPECT_THAT(config.error(), testing::Not(testing::HasSubstr("providers.o.passthrough")));
}

TEST(Quirks, OfAServerOfWhichNothingIsKnownAreTheTablesDefaults) {
    std::string text =
        "version: 1\nproviders:\n  s:\n    dialect: openai\n    base_url: http://127.0.0.1:1\n    quirks:\n";
    for (const KeySpec& key : quirk_keys())
        text += "      " + std::string(key.name) + ": " + std::string(key.default_text) + "\n";
    const auto config = load(text);

    ASSERT_TRUE(config.has_value()) << config.error();
    EXPECT_EQ(config->providers.at(0).quirks, Quirks{});
}

TEST(Catalogue, OfAProviderIsItsOwnItsPresetsOrItsDialects) {
    const auto config = load(R"(
version: 1
providers:
  proxy: { dialect: openai, base_url: "http://127.0.0.1:1/v1" }
  named: { dialect: openai, base_url: "http://127.0.0.1:1/v1", catalog: groq }
deployments:
  a: { provider: proxy, model: gpt-x }
  b: { provider: proxy, model: my-llama }
  c: { provider: named, model: llama-x }
)");

    ASSERT_TRUE(config.has_value()) << config.error();
    EXPECT_EQ(config->deployments.at(0).facts.vendor, "openai");
    EXPECT_EQ(config->deployments.at(1).facts.vendor, "") << "of a model that nobody knows nothing is assumed";
    EXPECT_EQ(config->deployments.at(2).facts.vendor, "groq");
}

TEST(Catalogue, HasAWarningForAVendorThatItDoesNotKnow) {
    const auto config = load(R"(version: 1
providers:
  a: { dialect: openai, base_url: "http://127.0.0.1:1/v1", catalog: grok }
  b: { dialect: openai, base_url: "http://127.0.0.1:1/v1", catalog: acme }
)");

    ASSERT_TRUE(config.has_value()) << config.error();
    EXPECT_THAT(config->warnings,
                testing::ElementsAre("/etc/breakwater/test.yaml:3:69: `providers.a.catalog`: the catalogue has no "
                                     "vendor \"grok\"; did you mean `groq`?"));
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

TEST(Warnings, SayWhichModelsAnotherApiServes) {
    const auto catalog = Catalog::parse({{"openai", R"(
vendor: openai
models:
  - { id: gpt-x-pro, api: responses, context: 8192 }
)"}});
    ASSERT_TRUE(catalog);
    const test::TestWorld world;
    Environment environment = world.environment();
    environment.catalog = &*catalog;
    const auto config = load_text(R"(version: 1
providers:
  openai: { dialect: openai, api_key: "${OPENAI_API_KEY}" }
  right: { dialect: openai.responses, api_key: "${OPENAI_API_KEY}" }
  own: { dialect: openai, base_url: "http://127.0.0.1:1/v1" }
deployments:
  pro: { provider: openai, model: gpt-x-pro }
  right: { provider: right, model: gpt-x-pro }
  own: { provider: own, model: gpt-x-pro }
)",
                                  "/etc/breakwater/test.yaml", environment);
    ASSERT_TRUE(config) << test::summary(config.error());
    EXPECT_THAT(
        config->warnings,
        testing::ElementsAre("/etc/breakwater/test.yaml:7:35: `deployments.pro.model`: \"gpt-x-pro\" is served by the "
                             "Responses API only; give it a provider with `dialect: openai.responses`"));
}

TEST(Deployments, ArePinnedToAnApiThatTheirDialectHas) {
    const test::TestWorld world;
    Environment environment = world.environment();
    for (DialectInfo& dialect : environment.dialects) {
        if (dialect.name != "bedrock") continue;
        dialect.apis = {"converse", "invoke"};
        dialect.api_fault = [](std::string_view api, std::string_view model) -> std::optional<std::string> {
            if (api == "invoke" && model == "llama") return "Claude alone";
            return std::nullopt;
        };
    }
    const auto load_with = [&](std::string_view deployment) {
        const std::string text = R"(version: 1
providers:
  aws: { dialect: bedrock, region: us-east-1, api_key: "${OPENAI_API_KEY}" }
  openai: { dialect: openai, api_key: "${OPENAI_API_KEY}" }
deployments: { d: )" + std::string(deployment) +
                                 " }\n";
        return load_text(text, "/etc/breakwater/test.yaml", environment);
    };
    const auto pinned = load_with("{ provider: aws, model: m, api: invoke }");
    ASSERT_TRUE(pinned) << test::summary(pinned.error());
    EXPECT_EQ(pinned->deployments.at(0).facts.api, "invoke");
    EXPECT_EQ(load_with("{ provider: aws, model: m }")->deployments.at(0).facts.api, "");
    EXPECT_TRUE(load_with("{ provider: aws, model: llama, api: converse }"));
    EXPECT_TRUE(load_with("{ provider: aws, model: llama, api: invoke, like: openai/embed-x }")) << "it does not chat";
    const auto unfit = load_with("{ provider: aws, model: llama, api: invoke }");
    ASSERT_FALSE(unfit);
    EXPECT_EQ(test::summary(unfit.error()),
              "5:55: `deployments.d.api`: \"invoke\" is not for \"llama\": Claude alone; help: leave it out, and the "
              "model is asked through the API that it has\n");
    const auto wrong = load_with("{ provider: openai, model: gpt-x, api: invoke }");
    ASSERT_FALSE(wrong);
    EXPECT_THAT(test::summary(wrong.error()),
                testing::HasSubstr("a provider of the dialect openai has no API \"invoke\""));
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
