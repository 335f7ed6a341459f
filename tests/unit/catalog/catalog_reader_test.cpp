#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "breakwater/catalog/catalog.hpp"

namespace breakwater {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kFile = R"(vendor: acme
defaults:
  features: { tools: native, json_schema: native }
profiles:
  careful:
    features: { json_schema: emulated }
    parameters:
      temperature: { min: 0, max: 1.5, excludes: [top_p] }
      logit_bias: absent
  bold:
    features: { reasoning: native }
    parameters:
      temperature: { max: 2, refused_while_reasoning: true }
      reasoning_effort: { support: native, values: [none, high] }
      stop: { count_max: 4 }
      n: { support: absent, essential: true }
models:
  - { id: one, name: "One: the first", profile: [careful, bold], released: 2026-01-02, deprecated: 2027, status: beta,
      context: 1000, max_input: 800, max_output: 200, input: [text, image, pdf], output: [text], api: responses,
      price: { input: 1, cached: 0.1, cache_write: 1.25, output: 4, reasoning: 5 },
      features: { tools: absent } }
  - { id: two, input: [text] }
  - { id: vectors, mode: embedding, dimensions: 1536, price: { input: 0.02 } }
)";

Result<Catalog> parse(std::string_view text, std::string name = "acme.yaml") {
    return Catalog::parse({{std::move(name), std::string(text)}});
}

/// The message of a file that must not be read; empty when it was.
std::string defect(std::string_view text) {
    const auto catalog = parse(text);
    return catalog ? "" : catalog.error().message;
}

std::string with_model(std::string_view model) {
    return "vendor: acme\nmodels:\n  - " + std::string(model) + "\n";
}

TEST(CatalogReader, ReadsEveryFact) {
    const auto catalog = parse(kFile);
    ASSERT_TRUE(catalog) << catalog.error().message;
    const ModelFacts* one = catalog->find("acme", "one");
    ASSERT_NE(one, nullptr);

    EXPECT_EQ(one->name, "One: the first");
    EXPECT_EQ(one->mode, ModelMode::chat);
    EXPECT_EQ(one->api, "responses");
    EXPECT_EQ(one->context, 1000);
    EXPECT_EQ(one->max_input, 800);
    EXPECT_EQ(one->max_output, 200);
    EXPECT_THAT(one->input_modalities, ElementsAre("text", "image", "pdf"));
    EXPECT_THAT(one->output_modalities, ElementsAre("text"));
    EXPECT_EQ(one->price, (Price{.input = 1, .cached = 0.1, .cache_write = 1.25, .output = 4, .reasoning = 5}));
    EXPECT_EQ(one->released, "2026-01-02");
    EXPECT_EQ(one->deprecated, "2027");
    EXPECT_EQ(one->status, "beta");
    EXPECT_EQ(catalog->find("acme", "vectors")->embedding_dimensions, 1536);
    EXPECT_EQ(catalog->find("acme", "vectors")->mode, ModelMode::embedding);
}

TEST(CatalogReader, LaysDefaultsProfilesAndTheModelsOwnWordsOverEachOther) {
    const auto catalog = parse(kFile);
    ASSERT_TRUE(catalog);
    const Capabilities& map = catalog->find("acme", "one")->capabilities;

    EXPECT_EQ(map.feature(Feature::tools), Support::absent);
    EXPECT_EQ(map.feature(Feature::json_schema), Support::emulated);
    EXPECT_EQ(map.feature(Feature::reasoning), Support::native);
    EXPECT_EQ(map.rule(Parameter::temperature),
              (ParameterRule{.min = 0, .max = 2, .refused_while_reasoning = true, .excludes = {"top_p"}}));
    EXPECT_EQ(map.rule(Parameter::logit_bias), (ParameterRule{.support = Support::absent}));
    EXPECT_EQ(map.rule(Parameter::reasoning_effort),
              (ParameterRule{.support = Support::native, .values = {"none", "high"}}));
    EXPECT_EQ(map.rule(Parameter::stop), (ParameterRule{.count_max = 4}));
    EXPECT_EQ(map.rule(Parameter::n), (ParameterRule{.support = Support::absent, .essential = true}));
    EXPECT_EQ(catalog->find("acme", "two")->capabilities.feature(Feature::tools), Support::native);
    EXPECT_EQ(catalog->find("acme", "vectors")->capabilities, Capabilities{});
}

TEST(CatalogReader, DerivesInputFeaturesFromModalities) {
    const auto catalog = parse(kFile);
    ASSERT_TRUE(catalog);
    const Capabilities& sees = catalog->find("acme", "one")->capabilities;
    EXPECT_EQ(sees.feature(Feature::image_input), Support::native);
    EXPECT_EQ(sees.feature(Feature::image_url_input), Support::unknown);
    EXPECT_EQ(sees.feature(Feature::pdf_input), Support::native);
    EXPECT_EQ(sees.feature(Feature::audio_input), Support::absent);
    const Capabilities& reads = catalog->find("acme", "two")->capabilities;
    EXPECT_EQ(reads.feature(Feature::image_input), Support::absent);
    EXPECT_EQ(reads.feature(Feature::image_url_input), Support::absent);
    EXPECT_EQ(reads.feature(Feature::pdf_input), Support::unknown);
}

TEST(CatalogReader, WhatIsNotStatedStaysUnknown) {
    const auto catalog = parse(with_model("{ id: bare }"));
    ASSERT_TRUE(catalog);
    ModelFacts expected;
    expected.vendor = "acme";
    expected.id = "bare";
    EXPECT_EQ(catalog->models().front(), expected);
}

TEST(CatalogReader, NamesFileAndLineOfAnUnknownKey) {
    EXPECT_THAT(defect("vendor: acme\nmodels:\n  - id: a\n    contxt: 5\n"),
                ::testing::AllOf(::testing::StartsWith("acme.yaml:4: "), HasSubstr("unknown key \"contxt\""),
                                 HasSubstr("did you mean \"context\"?")));
    EXPECT_THAT(defect("vendor: acme\nmodel: []\nmodels: []\n"),
                HasSubstr("acme.yaml:2: catalogue file: unknown key \"model\""));
    EXPECT_THAT(defect(with_model("{ id: a, price: { in: 1 } }")), HasSubstr("price: unknown key \"in\""));
    EXPECT_THAT(defect(with_model("{ id: a, parameters: { stop: { maximum: 1 } } }")),
                HasSubstr("stop: unknown key \"maximum\""));
}

TEST(CatalogReader, RefusesUnknownWords) {
    EXPECT_THAT(defect(with_model("{ id: a, features: { tool: native } }")),
                HasSubstr("unknown feature \"tool\", did you mean \"tools\"?"));
    EXPECT_THAT(defect(with_model("{ id: a, features: { tools: yes } }")), HasSubstr("unknown support \"yes\""));
    EXPECT_THAT(defect(with_model("{ id: a, parameters: { temprature: absent } }")), HasSubstr("\"temperature\"?"));
    EXPECT_THAT(defect(with_model("{ id: a, parameters: { top_p: { excludes: [temp] } } }")),
                HasSubstr("unknown parameter"));
    EXPECT_THAT(defect(with_model("{ id: a, profile: none }")), HasSubstr("unknown profile \"none\""));
    EXPECT_THAT(defect(with_model("{ id: a, mode: picture }")), HasSubstr("expected chat, completion, embedding"));
    EXPECT_THAT(defect(with_model("{ id: a, input: [smell] }")), HasSubstr("unknown modality"));
    EXPECT_THAT(defect(with_model("{ id: a, status: old }")), HasSubstr("expected alpha, beta or deprecated"));
    EXPECT_THAT(defect(with_model("{ id: a, api: batch }")), HasSubstr("expected responses"));
}

TEST(CatalogReader, RefusesValuesOfTheWrongKind) {
    EXPECT_THAT(defect(with_model("{ id: a, context: 0 }")), HasSubstr("whole number above 0"));
    EXPECT_THAT(defect(with_model("{ id: a, context: 12k }")), HasSubstr("whole number above 0"));
    EXPECT_THAT(defect(with_model("{ id: a, price: { input: -1 } }")), HasSubstr("price of 0 or more"));
    EXPECT_THAT(defect(with_model("{ id: a, price: { input: free } }")), HasSubstr("expected a number"));
    EXPECT_THAT(defect(with_model("{ id: a, price: 3 }")), HasSubstr("price: expected a map"));
    EXPECT_THAT(defect(with_model("{ id: a, released: soon }")), HasSubstr("expected a date"));
    EXPECT_THAT(defect(with_model("{ id: a, input: text }")), HasSubstr("expected a list"));
    EXPECT_THAT(defect(with_model("{ id: a, parameters: { top_p: { min: 2, max: 1 } } }")),
                HasSubstr("min is above max"));
    EXPECT_THAT(defect(with_model("{ id: a, parameters: { n: { essential: 1 } } }")), HasSubstr("true or false"));
    EXPECT_THAT(defect(with_model("{ name: nameless }")), HasSubstr("key \"id\" is missing"));
}

TEST(CatalogReader, RefusesRepeatedKeysAndModels) {
    EXPECT_THAT(defect(with_model("{ id: a, id: b }")), HasSubstr("key \"id\" stands twice"));
    EXPECT_THAT(defect("vendor: acme\nmodels: [ { id: a }, { id: a } ]\n"), HasSubstr("model \"a\" stands twice"));
}

TEST(CatalogReader, RefusesAFileOfAnotherVendorAndTextThatIsNoYaml) {
    EXPECT_THAT(defect("vendor: other\nmodels: []\n"), HasSubstr("acme.yaml:1: expected vendor: acme"));
    EXPECT_THAT(defect("vendor: acme\nmodels:\n  - { id: a\n"), HasSubstr("acme.yaml:"));
    EXPECT_THAT(defect("just text"), HasSubstr("expected a map"));
    EXPECT_NE(defect(""), "");
}

TEST(CatalogReader, NeverAcceptsAModelFromATruncatedFileThatTheWholeFileLacks) {
    const auto whole = parse(kFile);
    ASSERT_TRUE(whole);
    for (std::size_t length = 0; length < kFile.size(); ++length) {
        const auto part = parse(kFile.substr(0, length));
        if (!part) continue;
        for (const ModelFacts& model : part->models()) EXPECT_NE(whole->find("acme", model.id), nullptr) << length;
    }
}

}  // namespace
}  // namespace breakwater
