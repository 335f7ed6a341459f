#include "breakwater/wire/ndjson_splitter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace breakwater {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Collector final : LineHandler {
    std::vector<std::string> lines;
    std::size_t stop_after = 1000;
    Result<void> on_line(std::string_view line) override {
        lines.emplace_back(line);
        if (lines.size() == stop_after) return fail(ErrorKind::internal, "stop");
        return {};
    }
};

std::vector<std::string> lines_of(std::string_view text, std::size_t piece) {
    NdjsonSplitter splitter;
    Collector collector;
    for (std::size_t at = 0; at < text.size(); at += piece) {
        // A copy of exact size, so that the sanitizer sees reads beyond a piece and views kept after it.
        const std::string bytes(text.substr(at, piece));
        EXPECT_TRUE(splitter.feed(bytes, collector));
    }
    EXPECT_TRUE(splitter.finish(collector));
    return collector.lines;
}

TEST(NdjsonSplitter, DoesNotDependOnWhereItIsSplit) {
    constexpr std::string_view kText = "\xEF\xBB\xBF{\"a\":\"\\n\"}\r\n\r\n  \n{\"b\":\"日本\"}\n{\"c\":3}";
    for (std::size_t piece = 1; piece <= kText.size(); ++piece) {
        EXPECT_THAT(lines_of(kText, piece), ElementsAre("{\"a\":\"\\n\"}", "{\"b\":\"日本\"}", "{\"c\":3}")) << piece;
    }
}

TEST(NdjsonSplitter, HandsOutALineOnceItIsComplete) {
    NdjsonSplitter splitter;
    Collector collector;
    ASSERT_TRUE(splitter.feed("{\"a\":", collector));
    EXPECT_THAT(collector.lines, IsEmpty());
    ASSERT_TRUE(splitter.feed("1}\n{", collector));
    EXPECT_THAT(collector.lines, ElementsAre("{\"a\":1}"));
}

TEST(NdjsonSplitter, HasNothingToSayAboutNothing) {
    EXPECT_THAT(lines_of("", 1), IsEmpty());
    EXPECT_THAT(lines_of("\n\r\n \n", 1), IsEmpty());
    EXPECT_THAT(lines_of("\xEF\xBB", 1), IsEmpty());
    EXPECT_THAT(lines_of("\xEF\xBB\xBF\r\n", 1), IsEmpty());
}

TEST(NdjsonSplitter, KeepsAByteOrderMarkThatIsNotAtTheStart) {
    EXPECT_THAT(lines_of("1\n\xEF\xBB\xBF"
                         "2\n",
                         3),
                ElementsAre("1",
                            "\xEF\xBB\xBF"
                            "2"));
}

TEST(NdjsonSplitter, BoundsALine) {
    for (const std::size_t piece : {1u, 5u, 100u}) {
        NdjsonSplitter splitter(8);
        Collector collector;
        const std::string text = "12345678\n123456789\n";
        Result<void> done;
        for (std::size_t at = 0; at < text.size() && done; at += piece) {
            done = splitter.feed(std::string_view(text).substr(at, piece), collector);
        }
        ASSERT_FALSE(done) << piece;
        EXPECT_EQ(done.error().kind, ErrorKind::upstream_invalid);
        EXPECT_THAT(collector.lines, ElementsAre("12345678"));
    }
}

TEST(NdjsonSplitter, StopsWhenTheHandlerDoes) {
    NdjsonSplitter splitter;
    Collector collector;
    collector.stop_after = 2;
    const Result<void> done = splitter.feed("1\n2\n3\n", collector);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::internal);
    EXPECT_THAT(collector.lines, ElementsAre("1", "2"));
}

}  // namespace
}  // namespace breakwater
