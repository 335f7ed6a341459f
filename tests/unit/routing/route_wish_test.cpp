#include "breakwater/routing/route_wish.hpp"

#include <gtest/gtest.h>

#include "breakwater/routing/request_needs.hpp"

namespace breakwater {
namespace {

TEST(RouteWish, ReadsEveryHeaderForm) {
    RouteWish wish;
    EXPECT_FALSE(add_wish_list(wish, WishPart::require, "tools, vision=true, context=32k"));
    EXPECT_FALSE(add_wish_list(wish, WishPart::max, "price_input=2,first_token_p95=800ms"));
    EXPECT_FALSE(add_wish_list(wish, WishPart::min, "reasoning=70, tokens_per_second=20"));
    EXPECT_FALSE(add_wish_list(wish, WishPart::prefer, "cost=0.7, latency=0.3"));
    EXPECT_FALSE(add_wish_list(wish, WishPart::region, "eu, ch"));
    EXPECT_FALSE(add_wish_list(wish, WishPart::exclude, "gpt"));
    EXPECT_TRUE(wish.constraints.require.needs.has(config::Need::vision));
    EXPECT_EQ(wish.constraints.require.context, 32'000);
    EXPECT_EQ(wish.constraints.max.first_token_p95, std::chrono::milliseconds(800));
    EXPECT_EQ(wish.constraints.min.tokens_per_second, 20);
    EXPECT_EQ(wish.prefer->objective, config::Objective::mix);
    EXPECT_EQ(wish.constraints.regions, (std::vector<std::vector<std::string>>{{"eu", "ch"}}));
    EXPECT_EQ(wish.constraints.excluded, std::vector<std::string>{"gpt"});
}

TEST(RouteWish, SaysWhatWasExpected) {
    const std::tuple<WishPart, const char*, const char*> cases[] = {
        {WishPart::require, "toolz", "one of context"},
        {WishPart::require, "context=big", "a number of tokens"},
        {WishPart::require, "tools=maybe", "true or false"},
        {WishPart::max, "price=3", "one of price_input"},
        {WishPart::max, "price_input=-1", "US dollars"},
        {WishPart::max, "price_input=nan", "US dollars"},
        {WishPart::max, "gap_p95=3", "a duration"},
        {WishPart::min, "reasoning", "a number"},
        {WishPart::prefer, "best", "one of order"},
        {WishPart::prefer, "cost, latency", "one objective"},
        {WishPart::prefer, "order=1", "shares"},
        {WishPart::tags, "a b", "a name"},
        {WishPart::only, "", "a name"},
    };
    for (const auto& [part, text, expected] : cases) {
        RouteWish wish;
        const auto fault = add_wish_list(wish, part, text);
        ASSERT_TRUE(fault) << text;
        EXPECT_TRUE(fault->starts_with(expected)) << text << ": " << *fault;
    }
}

TEST(Constraints, NarrowToTheTighterOfBoth) {
    config::Constraints route;
    route.max.price_input = 5;
    route.require.context = 8'000;
    route.only = {{"a", "b"}};
    config::Constraints request;
    request.max.price_input = 9;
    request.require.context = 32'000;
    request.only = {{"b", "c"}};
    route.narrow(request);
    EXPECT_EQ(route.max.price_input, 5) << "a client cannot widen";
    EXPECT_EQ(route.require.context, 32'000);
    EXPECT_EQ(route.only.size(), 2u) << "both lists have to be met";
}

TEST(RequestNeeds, EstimatesTokensByScript) {
    const auto estimate = [](std::string text) {
        ChatRequest request;
        request.messages.push_back({.role = Role::user, .parts = {TextPart{std::move(text)}}});
        return needs_of(request).prompt;
    };
    std::string chinese;
    for (int i = 0; i < 1'000; ++i) chinese += "\xe4\xbd\xa0";
    const TokenEstimate latin = estimate(std::string(4'000, 'a'));
    EXPECT_NEAR(static_cast<double>(latin.likely), 1'000, 20);
    EXPECT_LT(latin.low, latin.likely);
    EXPECT_GT(latin.high, latin.likely);
    EXPECT_NEAR(static_cast<double>(estimate(chinese).likely), 900, 20);
}

TEST(RequestNeeds, KnowsTheConversationByItsBeginning) {
    ChatRequest request;
    request.messages.push_back({.role = Role::system, .parts = {TextPart{"You help."}}});
    request.messages.push_back({.role = Role::user, .parts = {TextPart{"Hello"}}});
    const std::uint64_t first = conversation_of(request, {});
    request.messages.push_back({.role = Role::assistant, .parts = {TextPart{"Hi"}}});
    request.messages.push_back({.role = Role::user, .parts = {TextPart{"More"}}});
    EXPECT_EQ(conversation_of(request, {}), first);
    EXPECT_NE(conversation_of(request, "session-1"), first);
    request.messages[1].parts = {TextPart{"Other"}};
    EXPECT_NE(conversation_of(request, {}), first);
}

}  // namespace
}  // namespace breakwater
