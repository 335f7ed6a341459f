#include "breakwater/config/scalars.hpp"

#include <gtest/gtest.h>

namespace breakwater::config {
namespace {

using std::chrono::milliseconds;

TEST(Scalars, ReadDurationsWithOneOrMoreUnits) {
    EXPECT_EQ(parse_duration("800ms"), milliseconds(800));
    EXPECT_EQ(parse_duration("2s"), milliseconds(2000));
    EXPECT_EQ(parse_duration("1m30s"), milliseconds(90'000));
    EXPECT_EQ(parse_duration("1.5h"), milliseconds(5'400'000));
    EXPECT_EQ(parse_duration("1h2m3s4ms"), milliseconds(3'723'004));
    EXPECT_EQ(parse_duration("0s"), milliseconds(0));
}

TEST(Scalars, RefuseDurationsThatMeanNothing) {
    for (const char* text : {"", "s", "1", "-1s", "1s1s", "1s2m", "1.s", ".5s", "1..5s", "1e3s", "infs", "1 s", " 1s",
                             "99999999999999999h", "5d"}) {
        EXPECT_FALSE(parse_duration(text).has_value()) << text;
    }
}

TEST(Scalars, SayHowADurationIsWritten) {
    EXPECT_EQ(parse_duration("10sec").error(), "write 10s");
    EXPECT_EQ(parse_duration("10 seconds").error(), "write 10s");
    EXPECT_EQ(parse_duration("5 minutes").error(), "write 5m");
    EXPECT_EQ(parse_duration("200millis").error(), "write 200ms");
    EXPECT_EQ(parse_duration("30").error(), "write 30s for seconds, 30ms for milliseconds");
}

TEST(Scalars, ReadSizesInPowersOf1024) {
    EXPECT_EQ(parse_size("4096"), 4096u);
    EXPECT_EQ(parse_size("32k"), 32u * 1024);
    EXPECT_EQ(parse_size("64KB"), 64u * 1024);
    EXPECT_EQ(parse_size("32MB"), 32u << 20);
    EXPECT_EQ(parse_size("1GiB"), 1u << 30);
    for (const char* text : {"", "k", "-1", "1TB", "1 k", "1e6", "99999999999G"})
        EXPECT_FALSE(parse_size(text).has_value()) << text;
}

TEST(Scalars, ReadTokenCountsInPowersOf1000) {
    EXPECT_EQ(parse_count("8192"), 8192);
    EXPECT_EQ(parse_count("32k"), 32'000);
    EXPECT_EQ(parse_count("1M"), 1'000'000);
    EXPECT_EQ(parse_count("1.5k"), 1500);
    for (const char* text : {"", "1.5", "-1", "1G", "many"}) EXPECT_FALSE(parse_count(text).has_value()) << text;
}

TEST(Scalars, ReadSharesAndRates) {
    EXPECT_DOUBLE_EQ(parse_share("20%").value(), 0.2);
    EXPECT_DOUBLE_EQ(parse_share("0.5%").value(), 0.005);
    EXPECT_EQ(parse_share("0.2").error(), "write 20%");
    EXPECT_EQ(parse_share("20").error(), "write 20%");
    EXPECT_FALSE(parse_share("-1%").has_value());
    EXPECT_DOUBLE_EQ(parse_rate("10/s").value(), 10);
    EXPECT_DOUBLE_EQ(parse_rate("600/m").value(), 10);
    EXPECT_EQ(parse_rate("10").error(), "write 10/s");
    EXPECT_FALSE(parse_rate("/s").has_value());
}

TEST(Scalars, ReadOnlyTrueAndFalseAsBooleans) {
    EXPECT_EQ(parse_boolean("true"), true);
    EXPECT_EQ(parse_boolean("false"), false);
    EXPECT_EQ(parse_boolean("yes").error(), "write true");
    EXPECT_EQ(parse_boolean("OFF").error(), "write false");
    EXPECT_FALSE(parse_boolean("maybe").has_value());
}

TEST(Scalars, ReadNumbersWithoutExponents) {
    EXPECT_DOUBLE_EQ(parse_number("0.59").value(), 0.59);
    EXPECT_DOUBLE_EQ(parse_number("-2").value(), -2);
    for (const char* text : {"", "-", "1e3", "nan", "inf", "0x10", "1,5", "--1"})
        EXPECT_FALSE(parse_number(text).has_value()) << text;
    EXPECT_EQ(parse_integer("42"), 42u);
    for (const char* text : {"", "-1", "1.0", "18446744073709551616"})
        EXPECT_FALSE(parse_integer(text).has_value()) << text;
}

}  // namespace
}  // namespace breakwater::config
