#include "breakwater/ingress/openai_models.hpp"

#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>

namespace breakwater {
namespace {

using nlohmann::json;

ModelEntry known_model() {
    ModelEntry model{.id = "smart", .created = 5, .owned_by = "acme", .deployments = {"a", "b"}};
    model.facts.context = 1000;
    model.facts.max_output = 100;
    model.facts.input_modalities = {"text", "image"};
    model.facts.output_modalities = {"text"};
    model.facts.price = {.input = 0.25, .cached = 0.025, .output = 2.0};
    model.facts.deprecated = "2027-01-31";
    model.capabilities.set(Feature::tools, Support::native);
    model.capabilities.set(Feature::json_schema, Support::emulated);
    model.capabilities.set(Feature::image_input, Support::absent);
    ParameterRule& temperature = model.capabilities.rule(Parameter::temperature);
    temperature.max = 1.0;
    temperature.refused_while_reasoning = true;
    temperature.excludes = {"top_p"};
    model.capabilities.rule(Parameter::stop).count_max = 4;
    model.capabilities.rule(Parameter::reasoning_effort).values = {"low", "high"};
    model.capabilities.rule(Parameter::logit_bias).support = Support::absent;
    model.capabilities.rule(Parameter::n).essential = true;
    return model;
}

TEST(OpenAiModels, TellsWhatIsKnownOfAModel) {
    const json expected{
        {"id", "smart"},
        {"object", "model"},
        {"created", 5},
        {"owned_by", "acme"},
        {"context_length", 1000},
        {"max_output_tokens", 100},
        {"modalities", {{"input", {"text", "image"}}, {"output", {"text"}}}},
        {"pricing",
         {{"currency", "USD"}, {"per_tokens", 1'000'000}, {"input", 0.25}, {"cached", 0.025}, {"output", 2.0}}},
        {"capabilities",
         {{"features", {{"tools", "native"}, {"json_schema", "emulated"}, {"image_input", "absent"}}},
          {"parameters",
           {{"temperature", {{"max", 1.0}, {"refused_while_reasoning", true}, {"excludes", {"top_p"}}}},
            {"stop", {{"count_max", 4}}},
            {"reasoning_effort", {{"values", {"low", "high"}}}},
            {"logit_bias", {{"support", "absent"}}},
            {"n", {{"essential", true}}}}}}},
        {"deployments", {"a", "b"}},
        {"deprecated", "2027-01-31"},
    };
    EXPECT_EQ(json::parse(model_json(known_model())), expected);
}

TEST(OpenAiModels, LeavesOutWhatIsNotKnown) {
    const json expected{{"id", "x"},
                        {"object", "model"},
                        {"created", 0},
                        {"owned_by", ""},
                        {"capabilities", {{"features", json::object()}, {"parameters", json::object()}}}};
    EXPECT_EQ(json::parse(model_json(ModelEntry{.id = "x"})), expected);
}

TEST(OpenAiModels, ListsModelsInOrder) {
    const std::array models{known_model(), ModelEntry{.id = "org/x"}};
    const json list = json::parse(models_list_json(models));
    EXPECT_EQ(list["object"], "list");
    ASSERT_EQ(list["data"].size(), 2U);
    EXPECT_EQ(list["data"][0], json::parse(model_json(models[0])));
    EXPECT_EQ(list["data"][1]["id"], "org/x");
    EXPECT_EQ(json::parse(models_list_json({})), json({{"object", "list"}, {"data", json::array()}}));
}

}  // namespace
}  // namespace breakwater
