#include "breakwater/ingress/moderations.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace breakwater {
namespace {

using nlohmann::json;

/// The answer to one verdict.
json answer(const ModerationEvent& verdict) {
    const auto encoder = make_moderation_encoder({.response_id = "modr-1", .model = "judge"});
    encoder->on_event(verdict);
    encoder->on_event(StreamEnd{});
    return json::parse(encoder->out());
}

TEST(ModerationEncoder, WritesAllCategoriesOfOpenai) {
    const std::vector<ModerationCategory> judged{{.name = "pii", .flagged = true, .score = 0.75, .text = true},
                                                 {.name = "hate", .score = 0.125, .text = true, .image = true}};
    const json whole = answer({.flagged = true, .categories = judged});
    EXPECT_EQ(whole["id"], "modr-1");
    EXPECT_EQ(whole["model"], "judge");
    const json& result = whole["results"].at(0);
    EXPECT_EQ(result["flagged"], true);
    EXPECT_EQ(result["categories"].size(), 14u);
    EXPECT_EQ(result["category_scores"]["hate"], 0.125);
    EXPECT_EQ(result["category_applied_input_types"]["hate"], json({"text", "image"}));
    EXPECT_EQ(result["categories"]["pii"], true);
}

TEST(ModerationEncoder, WhatWasNotJudgedIsSaidToApplyToNothing) {
    const json result = answer({})["results"].at(0);
    EXPECT_EQ(result["categories"]["illicit/violent"], false);
    EXPECT_EQ(result["category_scores"]["illicit/violent"], 0);
    EXPECT_EQ(result["category_applied_input_types"]["illicit/violent"], json::array());
}

TEST(ModerationEncoder, WritesNothingBeforeTheEnd) {
    const auto encoder = make_moderation_encoder({});
    encoder->on_event(ModerationEvent{});
    EXPECT_EQ(encoder->out(), "");
}

}  // namespace
}  // namespace breakwater
