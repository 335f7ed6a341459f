#include <gtest/gtest.h>

#include <functional>

#include "adapt_support.hpp"

namespace breakwater {
namespace {

using config::AdaptMode;
using test::Bend;

ChatRequest prompt(const std::function<void(ChatRequest&)>& ask) {
    ChatRequest request{.messages = {{.parts = {TextPart{"Once upon"}}}}};
    request.completion.asked = true;
    ask(request);
    return request;
}

/// The adaptations of a deployment that chats, as Bend has them.
std::string chat(ChatRequest& request, AdaptMode mode = AdaptMode::adapt) {
    Adaptations done;
    BentRequest bent(request);
    const auto dropped = drop_completion_words(bent, mode, done);
    const std::string outcome = dropped ? done.header_value() : "refused: " + dropped.error().param;
    ChatRequest got = bent.get();
    request = std::move(got);
    return outcome;
}

TEST(AdaptCompletion, WhatAsksForNothingGoesWithoutAWord) {
    for (const AdaptMode mode : {AdaptMode::strict, AdaptMode::adapt, AdaptMode::drop}) {
        ChatRequest request = prompt([](ChatRequest& r) {
            r.completion.echo = false;
            r.completion.best_of = 2;
            r.n = 2;
        });
        EXPECT_EQ(chat(request, mode), "");
    }
}

TEST(AdaptCompletion, AChatHasNoSuffixAndNoEcho) {
    const auto ask = [](ChatRequest& r) {
        r.completion.suffix = "the end";
        r.completion.echo = true;
        r.max_tokens = 0;
    };
    ChatRequest request = prompt(ask);
    EXPECT_EQ(chat(request, AdaptMode::strict), "refused: suffix");
    EXPECT_EQ(chat(request), "refused: suffix");
    request.completion.suffix.clear();
    EXPECT_EQ(chat(request), "refused: echo");
    request = prompt(ask);
    EXPECT_EQ(chat(request, AdaptMode::drop), "suffix=dropped, echo=dropped, max_tokens=dropped");
    EXPECT_TRUE(request.completion.suffix.empty());
    EXPECT_FALSE(request.completion.echo);
    EXPECT_FALSE(request.max_tokens);
}

TEST(AdaptCompletion, AChatGivesAllThatItWrites) {
    ChatRequest request = prompt([](ChatRequest& r) { r.completion.best_of = 3; });
    EXPECT_EQ(chat(request, AdaptMode::strict), "refused: best_of");
    EXPECT_EQ(chat(request), "best_of=dropped");
    EXPECT_FALSE(request.completion.best_of);
}

TEST(AdaptCompletion, AChatTakesOnePrompt) {
    for (const AdaptMode mode : {AdaptMode::strict, AdaptMode::adapt, AdaptMode::drop}) {
        ChatRequest request = prompt([](ChatRequest& r) { r.completion.prompts = "[1,2]"; });
        EXPECT_EQ(chat(request, mode), "refused: prompt");
    }
}

TEST(AdaptCompletion, TheMapSaysWhatAServerOfCompletionsLacks) {
    Bend bend{.request = prompt([](ChatRequest& r) {
                  r.completion.suffix = "the end";
                  r.completion.echo = true;
                  r.completion.best_of = 3;
              })};
    EXPECT_EQ(bend.adapt(), "");
    bend.capabilities.rule(Parameter::best_of).support = Support::absent;
    EXPECT_EQ(bend.adapt(), "best_of=dropped");
    bend.capabilities.rule(Parameter::echo).support = Support::absent;
    EXPECT_EQ(bend.adapt(), "refused: echo");
    bend.capabilities.rule(Parameter::suffix).support = Support::absent;
    EXPECT_EQ(bend.adapt(AdaptMode::drop), "suffix=dropped, echo=dropped");
}

}  // namespace
}  // namespace breakwater
