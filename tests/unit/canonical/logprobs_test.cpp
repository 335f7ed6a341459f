#include "breakwater/canonical/logprobs.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>

namespace breakwater {
namespace {

using nlohmann::json;

std::string merged(std::initializer_list<std::string_view> fragments) {
    LogprobsMerge merge;
    for (const std::string_view fragment : fragments) merge.add(fragment);
    return merge.json();
}

TEST(LogprobsMerge, JoinsTheArraysInOrder) {
    const std::string all = merged({R"({"content":[{"token":"a","logprob":-0.1}],"refusal":null})",
                                    R"({"content":[{"token":"b"},{"token":"c"}],"refusal":null})",
                                    R"({"refusal":[{"token":"no"}],"content":null})", R"({"content":[]})"});
    EXPECT_EQ(json::parse(all), json::parse(R"({"content":[{"token":"a","logprob":-0.1},{"token":"b"},{"token":"c"}],
                                                "refusal":[{"token":"no"}]})"));
}

TEST(LogprobContent, IsTheInsideOfTheList) {
    EXPECT_EQ(logprob_content(R"( {"refusal": [3], "content": [ {"token":"]"} , 2 ]} )"), R"({"token":"]"} , 2)");
    for (const char* none : {"", "null", "{}", R"({"content":null})", R"({"content":[ ]})", R"({"refusal":[1]})"})
        EXPECT_EQ(logprob_content(none), "") << none;
}

TEST(LogprobsMerge, IsNotMisledByWhatTokensContain) {
    const json item = {{"token", "],\"refusal\":[\\"}, {"bytes", {93, 44}}, {"top_logprobs", {{{"token", "}{"}}}}};
    const json fragment = {{"content", {item, item}}, {"refusal", nullptr}};
    const std::string text = fragment.dump();
    const std::string pretty = fragment.dump(2);
    const json expected = {{"content", {item, item, item, item}}, {"refusal", nullptr}};
    EXPECT_EQ(json::parse(merged({text, pretty})), expected);
}

TEST(LogprobsMerge, IsEmptyWithoutAnyProbability) {
    EXPECT_EQ(merged({}), "");
    EXPECT_EQ(merged({"null", "[]", "{}", R"({"content":null,"refusal":null})", R"({"tokens":["a"]})"}), "");
    EXPECT_EQ(json::parse(merged({R"({"content":[]})"})), json::parse(R"({"content":[],"refusal":null})"));
}

TEST(LogprobsMerge, SurvivesTextThatWasCutAnywhere) {
    const std::string text = R"( {"a":"\"","content":[{"token":"\\"}],"refusal":[1]} )";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) merged({text.substr(0, cut), text.substr(cut)});
    EXPECT_EQ(json::parse(merged({text})), json::parse(R"({"content":[{"token":"\\"}],"refusal":[1]})"));
}

}  // namespace
}  // namespace breakwater
