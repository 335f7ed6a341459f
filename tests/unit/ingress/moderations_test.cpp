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

TEST(ModerationEncoder, PartsJoinToTheSameAnswer) {
    const std::vector<ModerationCategory> judged{{.name = "hate", .flagged = true, .score = 0.5, .text = true}};
    const std::vector<ModerationEvent> verdicts{{.index = 0}, {.index = 1, .flagged = true, .categories = judged}};
    const EncoderContext identity{.response_id = "modr-1", .model = "judge"};
    const auto whole = make_moderation_encoder(EncoderContext(identity));
    std::string items;
    for (const ModerationEvent& verdict : verdicts) {
        whole->on_event(verdict);
        const auto part = make_moderation_part_encoder();
        part->on_event(verdict);
        part->on_event(StreamEnd{});
        if (!items.empty()) items += ',';
        items += part->out();
    }
    whole->on_event(StreamEnd{});
    EXPECT_EQ(moderation_answer(items, identity), whole->out());
    EXPECT_EQ(json::parse(whole->out())["results"].size(), 2u);
}

TEST(ModerationEncoder, WritesNothingBeforeTheEnd) {
    const auto encoder = make_moderation_encoder({});
    encoder->on_event(ModerationEvent{});
    EXPECT_EQ(encoder->out(), "");
}

}  // namespace
}  // namespace breakwater
