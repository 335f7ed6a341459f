#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "breakwater/catalog/catalog.hpp"
#include "catalog_files.hpp"

namespace breakwater {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

const ModelFacts& facts(std::string_view vendor, std::string_view id) {
    const ModelFacts* found = Catalog::builtin().find(vendor, id);
    static const ModelFacts kNone;
    EXPECT_NE(found, nullptr) << vendor << '/' << id;
    return found == nullptr ? kNone : *found;
}

Support feature(std::string_view vendor, std::string_view id, Feature which) {
    return facts(vendor, id).capabilities.feature(which);
}

const ParameterRule& rule(std::string_view vendor, std::string_view id, Parameter which) {
    return facts(vendor, id).capabilities.rule(which);
}

TEST(BuiltinCatalog, IsWhatTheFilesSay) {
    const auto files = test::catalog_files();
    ASSERT_GE(files.size(), 14u);
    for (const auto& file : files) {
        const auto alone = Catalog::parse({file});
        EXPECT_TRUE(alone) << alone.error().message;
    }
    const auto parsed = Catalog::parse(files);
    ASSERT_TRUE(parsed) << parsed.error().message;
    ASSERT_EQ(parsed->models().size(), Catalog::builtin().models().size());
    for (std::size_t i = 0; i < parsed->models().size(); ++i) {
        EXPECT_EQ(parsed->models()[i], Catalog::builtin().models()[i]) << parsed->references()[i];
    }
}

TEST(BuiltinCatalog, HoldsTheModelsThatPeopleUse) {
    EXPECT_GE(Catalog::builtin().models().size(), 200u);
    std::map<ModelMode, int> by_mode;
    for (const ModelFacts& model : Catalog::builtin().models()) ++by_mode[model.mode];
    EXPECT_GE(by_mode[ModelMode::chat], 200);
    EXPECT_GE(by_mode[ModelMode::completion], 3);
    EXPECT_GE(by_mode[ModelMode::embedding], 8);
    EXPECT_GE(by_mode[ModelMode::rerank], 4);
}

TEST(BuiltinCatalog, EveryReferenceFindsItsOwnModel) {
    const Catalog& catalog = Catalog::builtin();
    const auto references = catalog.references();
    for (std::size_t i = 0; i < references.size(); ++i) {
        EXPECT_EQ(catalog.find_reference(references[i]), &catalog.models()[i]) << references[i];
    }
}

TEST(BuiltinCatalog, OnlyFreeModelsCostNothing) {
    const std::vector<std::string> free = {"north-mini-code-1-0", "openrouter/free"};
    for (const ModelFacts& model : Catalog::builtin().models()) {
        const bool is_free = model.id.ends_with(":free") || std::ranges::count(free, model.id) > 0;
        for (const auto& price : {model.price.input, model.price.output, model.price.cached, model.price.cache_write,
                                  model.price.reasoning}) {
            if (!is_free) EXPECT_NE(price, 0.0) << model.vendor << '/' << model.id;
        }
        const bool writes = model.mode == ModelMode::chat || model.mode == ModelMode::completion;
        EXPECT_EQ(model.price.input.has_value() && writes, model.price.output.has_value())
            << model.vendor << '/' << model.id;
        // A slip of the decimal point shows as a price that nobody asks.
        EXPECT_LE(model.price.output.value_or(0), 600) << model.vendor << '/' << model.id;
        EXPECT_LE(model.price.cached.value_or(0), model.price.input.value_or(1e9)) << model.vendor << '/' << model.id;
    }
}

TEST(BuiltinCatalog, StatesPlausibleFacts) {
    for (const ModelFacts& model : Catalog::builtin().models()) {
        const std::string where = model.vendor + "/" + model.id;

        EXPECT_LE(model.max_output.value_or(0), model.context.value_or(1'000'000'000)) << where;
        EXPECT_GE(model.context.value_or(128), 128) << where;
        EXPECT_LE(model.context.value_or(0), 10'000'000) << where;
        const Capabilities& map = model.capabilities;
        if (map.feature(Feature::reasoning) == Support::absent) {
            EXPECT_NE(map.feature(Feature::reasoning_default), Support::native) << where;
        }
        if (map.feature(Feature::reasoning_off) == Support::absent) {
            EXPECT_EQ(map.feature(Feature::reasoning), Support::native) << where;
            EXPECT_THAT(map.rule(Parameter::reasoning_effort).values, Not(Contains("none"))) << where;
        }
    }
}

TEST(BuiltinCatalog, EffortValuesAreCanonicalWords) {
    const std::vector<std::string> known = {"none", "minimal", "low", "medium", "high", "xhigh", "max"};
    for (const ModelFacts& model : Catalog::builtin().models()) {
        for (const std::string& value : model.capabilities.rule(Parameter::reasoning_effort).values) {
            EXPECT_THAT(known, Contains(value)) << model.vendor << '/' << model.id;
        }
    }
}

TEST(BuiltinCatalog, KnowsOpenAiReasoningModels) {
    const ModelFacts& mini = facts("openai", "gpt-5-mini");
    EXPECT_EQ(mini.context, 400000);
    EXPECT_EQ(mini.max_output, 128000);
    EXPECT_EQ(mini.price, (Price{.input = 0.25, .cached = 0.025, .output = 2}));
    EXPECT_EQ(mini.released, "2025-08-07");
    EXPECT_EQ(feature("openai", "gpt-5-mini", Feature::reasoning_off), Support::absent);
    EXPECT_EQ(feature("openai", "gpt-5.4", Feature::reasoning_default), Support::absent);
    EXPECT_EQ(feature("openai", "gpt-5.5", Feature::reasoning_default), Support::native);
    EXPECT_TRUE(rule("openai", "gpt-5.4", Parameter::temperature).refused_while_reasoning);
    EXPECT_EQ(rule("openai", "gpt-5", Parameter::logit_bias).support, Support::absent);
    EXPECT_THAT(rule("openai", "gpt-5", Parameter::reasoning_effort).values,
                ElementsAre("minimal", "low", "medium", "high"));
    EXPECT_THAT(rule("openai", "gpt-5.1", Parameter::reasoning_effort).values,
                ElementsAre("none", "low", "medium", "high"));
    EXPECT_EQ(rule("openai", "o3", Parameter::stop).support, Support::absent);
    EXPECT_EQ(rule("openai", "o4-mini", Parameter::stop).support, Support::absent);
    EXPECT_NE(rule("openai", "o1", Parameter::stop).support, Support::absent);
    EXPECT_EQ(facts("openai", "o3").price.input, 2);
    EXPECT_EQ(facts("openai", "o3-pro").api, "responses");
    EXPECT_EQ(facts("openai", "text-embedding-3-large").embedding_dimensions, 3072);
}

TEST(BuiltinCatalog, KnowsOpenAiModelsThatDoNotReason) {
    EXPECT_EQ(facts("openai", "gpt-4o").max_output, 16384);
    EXPECT_EQ(feature("openai", "gpt-4o", Feature::reasoning), Support::absent);
    EXPECT_EQ(feature("openai", "gpt-4o", Feature::json_schema), Support::native);
    EXPECT_EQ(feature("openai", "gpt-4o", Feature::image_input), Support::native);
    EXPECT_FALSE(rule("openai", "gpt-4.1", Parameter::temperature).refused_while_reasoning);
    EXPECT_EQ(feature("openai", "gpt-4", Feature::json_schema), Support::emulated);
}

TEST(BuiltinCatalog, KnowsModelsThatOnlyComplete) {
    EXPECT_EQ(facts("openai", "davinci-002").mode, ModelMode::completion);
    EXPECT_EQ(feature("openai", "davinci-002", Feature::completions), Support::native);
    EXPECT_EQ(rule("openai", "davinci-002", Parameter::suffix).support, Support::absent);
    EXPECT_EQ(rule("openai", "gpt-3.5-turbo-instruct", Parameter::suffix).support, Support::unknown);
    EXPECT_EQ(rule("openai", "gpt-3.5-turbo-instruct", Parameter::top_logprobs).max, 5);
    EXPECT_EQ(feature("openai", "gpt-4o", Feature::completions), Support::unknown);
}

// The table of native capabilities per Claude family: adaptive only, both forms, budget only.
TEST(BuiltinCatalog, TellsAdaptiveClaudeModelsFromBudgetOnes) {
    for (const char* id :
         {"claude-opus-5", "claude-sonnet-5", "claude-opus-4-8", "claude-opus-4-7", "claude-fable-5"}) {
        EXPECT_EQ(rule("anthropic", id, Parameter::reasoning_effort).support, Support::native) << id;
        EXPECT_THAT(rule("anthropic", id, Parameter::reasoning_effort).values, Contains("xhigh")) << id;
        EXPECT_EQ(rule("anthropic", id, Parameter::reasoning_budget).support, Support::absent) << id;
        EXPECT_EQ(rule("anthropic", id, Parameter::temperature).support, Support::absent) << id;
        EXPECT_EQ(feature("anthropic", id, Feature::assistant_prefill), Support::absent) << id;
        EXPECT_EQ(facts("anthropic", id).max_output, 128000) << id;
    }
    for (const char* id : {"claude-opus-4-6", "claude-sonnet-4-6"}) {
        EXPECT_EQ(rule("anthropic", id, Parameter::reasoning_effort).support, Support::native) << id;
        EXPECT_THAT(rule("anthropic", id, Parameter::reasoning_effort).values, Not(Contains("xhigh"))) << id;
        EXPECT_EQ(rule("anthropic", id, Parameter::reasoning_budget).support, Support::native) << id;
        EXPECT_THAT(rule("anthropic", id, Parameter::temperature).excludes, ElementsAre("top_p")) << id;
        EXPECT_EQ(feature("anthropic", id, Feature::assistant_prefill), Support::absent) << id;
    }
    for (const char* id :
         {"claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5", "claude-opus-4-1", "claude-sonnet-4-0"}) {
        EXPECT_EQ(rule("anthropic", id, Parameter::reasoning_effort).support, Support::emulated) << id;
        EXPECT_EQ(rule("anthropic", id, Parameter::reasoning_budget).min, 1024) << id;
        EXPECT_EQ(rule("anthropic", id, Parameter::temperature).max, 1) << id;
        EXPECT_EQ(feature("anthropic", id, Feature::assistant_prefill), Support::native) << id;
    }
}

TEST(BuiltinCatalog, KnowsWhatElseDiffersBetweenClaudeModels) {
    EXPECT_EQ(facts("anthropic", "claude-sonnet-4-5").max_output, 64000);
    EXPECT_EQ(facts("anthropic", "claude-opus-4-1").max_output, 32000);
    EXPECT_EQ(facts("anthropic", "claude-sonnet-4-5").price,
              (Price{.input = 3, .cached = 0.3, .cache_write = 3.75, .cache_write_1h = 6, .output = 15}));
    EXPECT_EQ(feature("anthropic", "claude-sonnet-4-5", Feature::json_schema), Support::native);
    EXPECT_EQ(feature("anthropic", "claude-sonnet-4-0", Feature::json_schema), Support::emulated);
    EXPECT_TRUE(rule("anthropic", "claude-sonnet-4-0", Parameter::temperature).excludes.empty());
    EXPECT_EQ(feature("anthropic", "claude-fable-5", Feature::tool_choice_required), Support::absent);
    EXPECT_EQ(feature("anthropic", "claude-opus-4-8", Feature::tool_choice_required), Support::native);
    EXPECT_EQ(feature("anthropic", "claude-sonnet-5", Feature::reasoning_default), Support::native);
    EXPECT_EQ(feature("anthropic", "claude-opus-4-8", Feature::reasoning_default), Support::absent);
}

TEST(BuiltinCatalog, KnowsTheLimitsOfOtherVendors) {
    EXPECT_EQ(rule("mistral", "mistral-large-latest", Parameter::temperature).max, 1.5);
    EXPECT_EQ(rule("mistral", "mistral-large-latest", Parameter::logprobs).support, Support::absent);
    EXPECT_THAT(rule("mistral", "mistral-small-latest", Parameter::reasoning_effort).values,
                ElementsAre("none", "high"));
    EXPECT_EQ(rule("groq", "llama-3.3-70b-versatile", Parameter::n).support, Support::absent);
    EXPECT_TRUE(rule("groq", "llama-3.3-70b-versatile", Parameter::n).essential);
    EXPECT_EQ(facts("groq", "llama-3.3-70b-versatile").price.output, 0.79);
    EXPECT_EQ(feature("deepseek", "deepseek-chat", Feature::json_schema), Support::emulated);
    EXPECT_EQ(feature("deepseek", "deepseek-reasoner", Feature::tool_choice_required), Support::absent);
    EXPECT_EQ(rule("xai", "grok-4", Parameter::stop).support, Support::absent);
    EXPECT_EQ(rule("cohere", "command-a-03-2025", Parameter::top_p).max, 0.99);
    EXPECT_EQ(rule("google", "gemini-2.5-pro", Parameter::reasoning_budget).max, 32768);
    EXPECT_EQ(feature("google", "gemini-2.5-pro", Feature::reasoning_off), Support::absent);
    EXPECT_EQ(feature("perplexity", "sonar", Feature::web_search), Support::native);
    EXPECT_EQ(facts("perplexity", "sonar-deep-research").price.reasoning, 3);
    EXPECT_EQ(rule("bedrock", "anthropic.claude-sonnet-5", Parameter::temperature).support, Support::absent);
    EXPECT_EQ(feature("bedrock", "amazon.nova-pro-v1:0", Feature::prompt_caching), Support::native);
    EXPECT_NE(Catalog::builtin().find_reference("meta/llama-3.3-70b"), nullptr);
}

}  // namespace
}  // namespace breakwater
