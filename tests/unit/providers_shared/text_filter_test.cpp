#include "providers/shared/text_filter.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

std::string filtered(TextFilter filter, std::initializer_list<std::string_view> pieces) {
    std::string out;
    for (const std::string_view piece : pieces) filter.feed(piece, out);
    filter.finish(out);
    return out;
}

TEST(TextFilter, TakesOffAFenceHoweverItIsCut) {
    EXPECT_EQ(filtered(TextFilter(TextFilter::Kind::fence), {"``", "`json\n{\"a\"", ":1}\n", "```"}), R"({"a":1})");
    EXPECT_EQ(filtered(TextFilter(TextFilter::Kind::fence), {R"({"a":1})"}), R"({"a":1})");
}

TEST(TextFilter, TakesOffTheObjectAroundAValue) {
    EXPECT_EQ(filtered(TextFilter(TextFilter::Kind::value), {"{\"val", "ue\": ", "[1,2]", "}\n"}), "[1,2]");
}

// Models in JSON mode have been seen to write blanks without end.
TEST(TextFilter, HoldsABoundedAmountOfBlanks) {
    constexpr int kPieces = 100;
    for (const std::string_view start : {"", "```json\n{}"}) {
        TextFilter filter(TextFilter::Kind::fence);
        std::string out;
        filter.feed(start, out);
        std::size_t fed = start.size();
        for (int i = 0; i < kPieces; ++i) {
            filter.feed(std::string(1000, ' '), out);
            fed += 1000;
        }
        EXPECT_GT(out.size() + 6000, fed) << start;
    }
}

}  // namespace
}  // namespace breakwater
