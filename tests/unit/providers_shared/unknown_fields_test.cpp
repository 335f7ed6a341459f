#include "providers/shared/unknown_fields.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

constexpr std::string_view kKnown[] = {"a", "b", "c"};

struct Counter final : EventSink {
    void on_event(const StreamEvent&) override {}
    void on_unknown(Unknown what) override { counts.add(what); }
    UnknownCounts counts;
};

std::uint32_t fields(std::string_view json, std::optional<std::size_t> read = std::nullopt) {
    JsonReader reader;
    Counter counter;
    const auto root = reader.parse(json);
    if (read) {
        report_unread_fields(*root, *read, kKnown, counter);
    } else {
        report_unknown_fields(*root, kKnown, counter);
    }
    return counter.counts.of(Unknown::field);
}

TEST(UnknownFields, AreCountedInWhateverOrderTheyStand) {
    EXPECT_EQ(fields(R"({"a":1,"b":2,"c":3})"), 0u);
    EXPECT_EQ(fields(R"({"c":1,"a":2,"b":3})"), 0u);
    EXPECT_EQ(fields(R"({"a":1,"x":2,"b":3,"y":null,"c":4,"a":5})"), 2u);
    EXPECT_EQ(fields(R"({"b":1,"x":{"y":1}})"), 1u);
    EXPECT_EQ(fields("{}"), 0u);
    EXPECT_EQ(fields("[1]"), 0u);
}

TEST(UnknownFields, AreLookedForOnlyWhereThereIsMoreThanWasRead) {
    EXPECT_EQ(fields(R"({"a":1,"x":2})", 2), 0u);
    EXPECT_EQ(fields(R"({"a":1,"x":2})", 1), 1u);
    EXPECT_EQ(fields(R"({"a":1,"b":null})", 1), 0u);
}

TEST(FinishWord, IsAnUnknownOneWhereItIsNoWord) {
    const auto read = [](std::string_view json) {
        JsonReader reader;
        Counter counter;
        const std::string word(read_finish_word(*reader.parse(json), "end", counter));
        return std::pair(word, counter.counts.of(Unknown::finish_reason));
    };
    EXPECT_EQ(read(R"({"end":"stop"})"), std::pair(std::string("stop"), 0u));
    EXPECT_EQ(read(R"({"end":null})"), std::pair(std::string(), 0u));
    EXPECT_EQ(read("{}"), std::pair(std::string(), 0u));
    EXPECT_EQ(read(R"({"end":7})"), std::pair(std::string(), 1u));
    EXPECT_EQ(read(R"({"end":{"x":1}})"), std::pair(std::string(), 1u));
}

TEST(FinishWord, IsNoneSoFarWhereTheValueSaysNothing) {
    const auto says_none = [](std::string_view json) {
        JsonReader reader;
        return is_no_reason(*get_value(*reader.parse(json), "end"));
    };
    for (const char* none :
         {R"({"end":false})", R"({"end":0})", R"({"end":0.0})", R"({"end":""})", R"({"end":{}})", R"({"end":[]})"})
        EXPECT_TRUE(says_none(none)) << none;
    for (const char* some :
         {R"({"end":true})", R"({"end":7})", R"({"end":-1})", R"({"end":"x"})", R"({"end":{"x":1}})", R"({"end":[0]})"})
        EXPECT_FALSE(says_none(some)) << some;
}

}  // namespace
}  // namespace breakwater
