#include "breakwater/wire/trace_context.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

constexpr std::string_view kParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

Headers headers_of(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
    Headers headers;
    for (const auto& [name, value] : fields) headers.add(name, value);
    return headers;
}

TEST(Traceparent, IsTakenApart) {
    const auto context = parse_traceparent(kParent);
    ASSERT_TRUE(context);
    EXPECT_EQ(context->trace_high, 0x0af7651916cd43ddu);
    EXPECT_EQ(context->trace_low, 0x8448eb211c80319cu);
    EXPECT_EQ(context->parent_id, 0xb7ad6b7169203331u);
    EXPECT_TRUE(context->sampled());
}

TEST(Traceparent, KeepsTheFlagsThatAreKnown) {
    const auto flags_of = [](std::string_view flags) {
        return parse_traceparent(std::string(kParent.substr(0, 53)) + std::string(flags))->flags;
    };
    EXPECT_EQ(flags_of("00"), 0);
    EXPECT_EQ(flags_of("02"), TraceContext::kRandom);
    EXPECT_EQ(flags_of("ff"), TraceContext::kSampled | TraceContext::kRandom);
    EXPECT_EQ(flags_of("f0"), 0);
}

TEST(Traceparent, OfALaterVersionCountsAsFarAsItIsKnown) {
    const std::string later = "cc" + std::string(kParent.substr(2));
    EXPECT_TRUE(parse_traceparent(later));
    EXPECT_TRUE(parse_traceparent(later + "-what-the-future-brings"));
    EXPECT_EQ(parse_traceparent(later + "-x")->parent_id, 0xb7ad6b7169203331u);
    EXPECT_FALSE(parse_traceparent(later + "x"));
}

TEST(Traceparent, IsNothingWhenItIsNotValid) {
    for (const std::string_view bad : {"", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
                                       "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
                                       "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-012",
                                       "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                                       "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                                       "00-0af7651916cd43dd8448eb211c80319c-B7AD6B7169203331-01",
                                       "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                                       "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                                       "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
                                       "0x-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                                       "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                                       "00-0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331-01",
                                       "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331_01",
                                       "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g",
                                       " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1"})
        EXPECT_FALSE(parse_traceparent(bad)) << bad;
}

TEST(TraceContext, IsReadWithItsState) {
    const auto context = read_trace_context(headers_of(
        {{"TraceParent", kParent}, {"tracestate", "b=2 , a=1"}, {"x", "y"}, {"TraceState", ",tenant@sys=3"}}));
    ASSERT_TRUE(context);
    EXPECT_EQ(context->state, "b=2,a=1,tenant@sys=3");
}

TEST(TraceContext, IsNothingWithoutOneTraceparent) {
    EXPECT_FALSE(read_trace_context(headers_of({{"tracestate", "a=1"}})));
    EXPECT_FALSE(read_trace_context(headers_of({{"traceparent", kParent}, {"traceparent", kParent}})));
    EXPECT_FALSE(read_trace_context(headers_of({{"traceparent", "00-x"}, {"tracestate", "a=1"}})));
}

TEST(TraceContext, DropsAStateThatIsNotValidOrTooLong) {
    std::string many = "k0=v";
    for (int i = 1; i < 33; ++i) many += ",k" + std::to_string(i) + "=v";
    for (const std::string& bad :
         {std::string("a"), std::string("a="), std::string("A=1"), std::string("=1"), std::string("a=b=c"),
          std::string("a=\x01"), std::string("a=\xc3\xa4"), many, "a=" + std::string(257, 'x'),
          "a=" + std::string(200, 'x') + ",b=" + std::string(200, 'x') + ",c=" + std::string(200, 'x')}) {
        const auto context = read_trace_context(headers_of({{"traceparent", kParent}, {"tracestate", bad}}));
        ASSERT_TRUE(context);
        EXPECT_EQ(context->state, "") << bad;
    }
    const std::string most = many.substr(0, many.rfind(','));
    EXPECT_EQ(read_tracestate(headers_of({{"tracestate", most}})), most);
}

TEST(TraceContext, GoesOutAsItCameIn) {
    TraceContext context = *read_trace_context(headers_of({{"traceparent", kParent}, {"tracestate", "a=1,b=2"}}));
    Headers headers = headers_of({{"traceparent", "of the configuration"}});
    set_trace_context(headers, context, context.parent_id);
    EXPECT_EQ(headers.get("traceparent"), kParent);
    EXPECT_EQ(headers.count("traceparent"), 1u);
    EXPECT_EQ(headers.get("tracestate"), "a=1,b=2");
    context.state.clear();
    Headers bare;
    set_trace_context(bare, context, 7);
    EXPECT_EQ(bare.get("traceparent"), "00-0af7651916cd43dd8448eb211c80319c-0000000000000007-01");
    EXPECT_FALSE(bare.find("tracestate"));
}

TEST(TraceContext, ThatBeginsHereIsSampledInItsShare) {
    Rng rng(7);
    for (const auto& [share, least, most] :
         {std::tuple(0.0, 0, 0), std::tuple(1.0, 2000, 2000), std::tuple(0.25, 430, 570)}) {
        int sampled = 0;
        for (int i = 0; i < 2000; ++i) {
            const TraceContext context = begin_trace(share, rng);
            EXPECT_NE(context.trace_low, 0u);
            EXPECT_EQ(context.parent_id, 0u);
            sampled += context.sampled() ? 1 : 0;
        }
        EXPECT_GE(sampled, least) << share;
        EXPECT_LE(sampled, most) << share;
    }
}

TEST(TraceContext, IsSampledForEveryoneWhoTakesMore) {
    for (std::uint64_t seed = 1; seed < 200; ++seed) {
        Rng few(seed);
        Rng more(seed);
        if (begin_trace(0.3, few).sampled()) EXPECT_TRUE(begin_trace(0.6, more).sampled()) << seed;
    }
}

}  // namespace
}  // namespace breakwater
