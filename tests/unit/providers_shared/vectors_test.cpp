#include "providers/shared/vectors.hpp"

#include <gtest/gtest.h>

#include "event_log.hpp"
#include "providers/shared/ranks.hpp"

namespace breakwater {
namespace {

using Lines = std::vector<std::string>;

/// The lines of the events, or "fault" for an answer that is none.
Lines vectors(std::size_t inputs, const std::string& json, bool normalise = false) {
    JsonReader reader;
    const auto root = reader.parse(json);
    test::EventLog log;
    Vectors found(inputs);
    if (normalise) found.normalise();
    const auto items = get_array(*root, "v");
    for (const JsonReader::Element item : *items) {
        if (!found.add(item)) return {"fault"};
    }
    if (!found.emit(log)) log.lines.push_back("fault");
    return log.lines;
}

TEST(Vectors, AreNumbersOrBase64) {
    EXPECT_EQ(vectors(2, R"({"v":[[1,0.5],"AACAPwAAAEA="]})"),
              (Lines{"vector 0 1.000000 0.500000", "vector 1 \"AACAPwAAAEA=\""}));
}

TEST(Vectors, ComeInTheOrderOfTheInputs) {
    JsonReader reader;
    const auto root = reader.parse(R"({"v":[[1],[2]]})");
    test::EventLog log;
    Vectors found(2);
    std::size_t index = 2;
    const auto items = get_array(*root, "v");
    for (const JsonReader::Element item : *items) EXPECT_TRUE(found.add(--index, item));
    EXPECT_TRUE(found.emit(log));
    EXPECT_EQ(log.lines, (Lines{"vector 0 2.000000", "vector 1 1.000000"}));
}

TEST(Vectors, GetLengthOneWhenAsked) {
    EXPECT_EQ(vectors(1, R"({"v":[[3,4]]})", true), (Lines{"vector 0 0.600000 0.800000"}));
    EXPECT_EQ(vectors(1, R"({"v":[[0,0]]})", true), (Lines{"vector 0 0.000000 0.000000"}));
}

TEST(Vectors, MustBeAsManyAsTheInputs) {
    EXPECT_EQ(vectors(1, R"({"v":[[1],[2]]})"), Lines{"fault"});
    EXPECT_EQ(vectors(2, R"({"v":[[1]]})"), (Lines{"vector 0 1.000000", "fault"}));
    EXPECT_EQ(vectors(1, R"({"v":[]})"), Lines{"fault"});
}

TEST(Vectors, MustBeVectors) {
    for (const char* json :
         {R"({"v":[[]]})", R"({"v":[["a"]]})", R"({"v":[[null]]})", R"({"v":[{}]})", R"({"v":[1]})", R"({"v":[""]})",
          R"({"v":["AACAPw="]})", R"({"v":["AACAP=AA"]})", R"({"v":["AAA="]})", R"({"v":["AAC_PwAAAEA="]})"}) {
        EXPECT_EQ(vectors(1, json), Lines{"fault"}) << json;
    }
}

Lines ranks(std::size_t documents, const std::string& json) {
    JsonReader reader;
    const auto root = reader.parse(json);
    test::EventLog log;
    if (!emit_ranks(*get_array(*root, "r"), "score", documents, log)) log.lines.push_back("fault");
    return log.lines;
}

TEST(Ranks, AreOfTheDocumentsThatWereGiven) {
    EXPECT_EQ(ranks(2, R"({"r":[{"index":1,"score":0.5},{"index":0,"score":-2}]})"),
              (Lines{"rank 1 0.500000", "rank 0 -2.000000"}));
    EXPECT_EQ(ranks(1, R"({"r":[{"index":1,"score":0.5}]})"), Lines{"fault"});
    EXPECT_EQ(ranks(1, R"({"r":[{"index":-1,"score":0.5}]})"), Lines{"fault"});
    EXPECT_EQ(ranks(1, R"({"r":[{"score":0.5}]})"), Lines{"fault"});
    EXPECT_EQ(ranks(1, R"({"r":[{"index":0}]})"), Lines{"fault"});
    EXPECT_EQ(ranks(2, R"({"r":[{"index":0,"score":1},{"index":0,"score":2}]})"), (Lines{"rank 0 1.000000", "fault"}));
}

}  // namespace
}  // namespace breakwater
