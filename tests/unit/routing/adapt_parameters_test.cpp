#include <gtest/gtest.h>

#include "adapt_support.hpp"

namespace breakwater {
namespace {

using config::AdaptMode;
using test::Bend;

TEST(AdaptParameters, LeaveAloneWhatTheDeploymentTakes) {
    Bend bend;
    bend.request.sampling = {.temperature = 1.5, .top_p = 0.5, .seed = 7, .stop = {"a", "b"}};
    bend.request.n = 2;
    bend.request.max_tokens = 100;
    bend.facts.max_output = 100;
    bend.capabilities.rule(Parameter::temperature) = {.min = 0, .max = 2};
    EXPECT_EQ(bend.adapt(AdaptMode::strict), "");
    EXPECT_EQ(bend.request.sampling.temperature, 1.5);
    EXPECT_EQ(bend.request.n, 2);
}

TEST(AdaptParameters, ClampNumbersToTheirRange) {
    Bend bend;
    bend.request.sampling = {.temperature = 2.0, .top_p = 0.0, .top_k = 900};
    bend.capabilities.rule(Parameter::temperature) = {.min = 0, .max = 1};
    bend.capabilities.rule(Parameter::top_p) = {.min = 0.01};
    bend.capabilities.rule(Parameter::top_k) = {.max = 500.5};
    EXPECT_EQ(bend.adapt(), "temperature=clamped, top_p=clamped, top_k=clamped");
    EXPECT_EQ(bend.request.sampling.temperature, 1.0);
    EXPECT_EQ(bend.request.sampling.top_p, 0.01);
    EXPECT_EQ(bend.request.sampling.top_k, 500);
}

TEST(AdaptParameters, MapNumbersToTheOnlyOnesTaken) {
    Bend bend;
    bend.request.sampling.temperature = 0.2;
    bend.capabilities.rule(Parameter::temperature).values = {"1"};
    EXPECT_EQ(bend.adapt(), "temperature=mapped");
    EXPECT_EQ(bend.request.sampling.temperature, 1.0);
}

TEST(AdaptParameters, ClampMaxTokensToWhatTheModelCanWrite) {
    Bend bend;
    bend.request.max_tokens = 1'000'000;
    bend.facts.max_output = 64'000;
    EXPECT_EQ(bend.adapt(), "max_tokens=clamped");
    EXPECT_EQ(bend.request.max_tokens, 64'000);
    bend.capabilities.rule(Parameter::max_tokens) = {.min = 16, .max = 8'000};
    EXPECT_EQ(bend.adapt(), "max_tokens=clamped");
    EXPECT_EQ(bend.request.max_tokens, 8'000);
    bend.request.max_tokens = 1;
    EXPECT_EQ(bend.adapt(), "max_tokens=clamped");
    EXPECT_EQ(bend.request.max_tokens, 16);
}

TEST(AdaptParameters, LeaveMaxTokensUnsetWhenTheClientDid) {
    Bend bend;
    bend.facts.max_output = 64'000;
    EXPECT_EQ(bend.adapt(), "");
    EXPECT_FALSE(bend.request.max_tokens);
}

TEST(AdaptParameters, DropWhatIsNotTaken) {
    Bend bend;
    bend.request.sampling = {.frequency_penalty = 0.5, .seed = 1, .logit_bias = "{\"1\":2}"};
    bend.request.user = "u";
    bend.request.store = true;
    for (const Parameter p :
         {Parameter::frequency_penalty, Parameter::seed, Parameter::logit_bias, Parameter::user, Parameter::store}) {
        bend.capabilities.rule(p).support = Support::absent;
    }
    EXPECT_EQ(bend.adapt(), "frequency_penalty=dropped, seed=dropped, logit_bias=dropped, store=dropped, user=dropped");
    EXPECT_FALSE(bend.request.sampling.seed);
    EXPECT_FALSE(bend.request.store);
    EXPECT_EQ(bend.request.user, "");
    EXPECT_EQ(bend.request.sampling.logit_bias, "");
}

TEST(AdaptParameters, DropWithoutAWordWhatSaysNoMoreThanItsAbsence) {
    Bend bend;
    bend.request.n = 1;
    bend.request.logprobs = false;
    bend.request.sampling.presence_penalty = 0.0;
    bend.request.modalities = {"text"};
    for (const Parameter p : {Parameter::n, Parameter::logprobs, Parameter::presence_penalty, Parameter::modalities}) {
        bend.capabilities.rule(p) = {.support = Support::absent, .essential = true};
    }
    EXPECT_EQ(bend.adapt(AdaptMode::strict), "");
    EXPECT_FALSE(bend.request.n);
    EXPECT_FALSE(bend.request.logprobs);
    EXPECT_FALSE(bend.request.sampling.presence_penalty);
    EXPECT_TRUE(bend.request.modalities.empty());
}

TEST(AdaptParameters, RefuseToLoseAnEssentialOneUnlessToldToDrop) {
    Bend bend;
    bend.request.n = 3;
    bend.request.logprobs = true;
    bend.request.top_logprobs = 5;
    bend.capabilities.rule(Parameter::n).support = Support::absent;
    bend.capabilities.rule(Parameter::logprobs).support = Support::absent;
    EXPECT_EQ(bend.adapt(), "refused: n");
    EXPECT_EQ(bend.error->kind, ErrorKind::unsupported_parameter);
    EXPECT_EQ(bend.error->message, "n: the model does not take it.");
    EXPECT_EQ(bend.adapt(AdaptMode::drop), "n=dropped, logprobs=dropped");
    EXPECT_FALSE(bend.request.n);
    EXPECT_FALSE(bend.request.top_logprobs);
}

TEST(AdaptParameters, RefuseToClampAnEssentialOneUnlessToldToDrop) {
    Bend bend;
    bend.request.n = 3;
    bend.capabilities.rule(Parameter::n).max = 1;
    EXPECT_EQ(bend.adapt(), "refused: n");
    EXPECT_EQ(bend.request.n, 3);
    EXPECT_EQ(bend.adapt(AdaptMode::drop), "n=clamped");
    EXPECT_EQ(bend.request.n, 1);
}

TEST(AdaptParameters, LetARuleSayWhatIsEssential) {
    Bend bend;
    bend.request.n = 3;
    bend.request.sampling.seed = 1;
    bend.capabilities.rule(Parameter::n) = {.support = Support::absent, .essential = false};
    EXPECT_EQ(bend.adapt(), "n=dropped");
    bend.capabilities.rule(Parameter::seed) = {.support = Support::absent, .essential = true};
    EXPECT_EQ(bend.adapt(), "refused: seed");
}

TEST(AdaptParameters, RefuseTheFirstChangeInModeStrict) {
    Bend bend;
    bend.request.sampling.temperature = 1.8;
    bend.capabilities.rule(Parameter::temperature) = {.min = 0.0, .max = 1.5};
    EXPECT_EQ(bend.adapt(AdaptMode::strict), "refused: temperature");
    EXPECT_EQ(bend.error->message, "temperature: the model takes at least 0 and at most 1.5.");
    EXPECT_EQ(bend.request.sampling.temperature, 1.8);
}

TEST(AdaptParameters, ShortenAndEmptyTheStopList) {
    Bend bend;
    bend.request.sampling.stop = {"a", "b", "c"};
    bend.capabilities.rule(Parameter::stop).count_max = 2;
    EXPECT_EQ(bend.adapt(), "stop=clamped");
    EXPECT_EQ(bend.request.sampling.stop, (std::vector<std::string>{"a", "b"}));
    bend.capabilities.rule(Parameter::stop).support = Support::absent;
    EXPECT_EQ(bend.adapt(), "stop=dropped");
    EXPECT_TRUE(bend.request.sampling.stop.empty());
}

TEST(AdaptParameters, MapWordsOnAScaleAndDropOthers) {
    Bend bend;
    bend.request.verbosity = "medium";
    bend.request.service_tier = "priority";
    bend.capabilities.rule(Parameter::verbosity).values = {"low", "high"};
    bend.capabilities.rule(Parameter::service_tier).values = {"auto", "default"};
    EXPECT_EQ(bend.adapt(), "verbosity=mapped, service_tier=dropped");
    EXPECT_EQ(bend.request.verbosity, "high");
    EXPECT_EQ(bend.request.service_tier, "");
}

TEST(AdaptParameters, KeepOneOfTwoThatExcludeEachOther) {
    Bend bend;
    bend.request.sampling = {.temperature = 0.5, .top_p = 0.9};
    bend.capabilities.rule(Parameter::temperature).excludes = {"top_p"};
    bend.capabilities.rule(Parameter::top_p).excludes = {"temperature"};
    EXPECT_EQ(bend.adapt(), "top_p=dropped");
    EXPECT_EQ(bend.request.sampling.temperature, 0.5);
    EXPECT_FALSE(bend.request.sampling.top_p);
    bend.request.sampling = {.top_p = 0.9};
    EXPECT_EQ(bend.adapt(AdaptMode::strict), "");
}

TEST(AdaptParameters, ExcludeOnlyBySurvivors) {
    Bend bend;
    bend.request.sampling = {.temperature = 0.5, .top_p = 0.9};
    bend.capabilities.rule(Parameter::temperature) = {.support = Support::absent, .excludes = {"top_p"}};
    EXPECT_EQ(bend.adapt(), "temperature=dropped");
    EXPECT_EQ(bend.request.sampling.top_p, 0.9);
}

TEST(AdaptParameters, DropWhatIsRefusedWhileReasoningOnlyThen) {
    Bend bend;
    bend.request.sampling.temperature = 0.5;
    bend.capabilities.set(Feature::reasoning, Support::native);
    bend.capabilities.set(Feature::reasoning_off, Support::native);
    bend.capabilities.rule(Parameter::temperature).refused_while_reasoning = true;
    EXPECT_EQ(bend.adapt(), "");
    bend.request.reasoning.effort = ReasoningEffort::none;
    EXPECT_EQ(bend.adapt(), "");
    bend.request.reasoning.effort = ReasoningEffort::low;
    EXPECT_EQ(bend.adapt(), "temperature=dropped");
    EXPECT_FALSE(bend.request.sampling.temperature);
}

}  // namespace
}  // namespace breakwater
