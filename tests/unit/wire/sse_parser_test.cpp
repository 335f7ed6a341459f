#include "breakwater/wire/sse_parser.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace breakwater {
namespace {

/// An event that outlives the call which brought it.
struct Seen {
    std::string name{};
    std::string data{};
    bool error_field = false;
    friend bool operator==(const Seen&, const Seen&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Seen& seen) {
        return out << '{' << seen.name << '|' << seen.data << '|' << seen.error_field << '}';
    }
};

class Recorder final : public SseHandler {
public:
    Result<void> on_sse(const SseEvent& event) override {
        events.push_back({std::string(event.name), std::string(event.data), event.error_field});
        last_data = event.data.data();
        if (events.size() == fail_at) return fail(ErrorKind::internal, "stop here");
        return {};
    }
    std::vector<Seen> events;
    const char* last_data = nullptr;
    std::size_t fail_at = 0;
};

/// Each piece is fed from memory of its own that is gone afterwards, so that a view kept too long is found by the
/// sanitiser.
void feed_copy(SseParser& parser, Recorder& recorder, std::string_view piece) {
    const auto copy = std::make_unique<std::vector<char>>(piece.begin(), piece.end());
    ASSERT_TRUE(parser.feed({copy->data(), copy->size()}, recorder));
}

std::vector<Seen> parse(std::vector<std::string_view> pieces) {
    SseParser parser;
    Recorder recorder;
    for (const auto piece : pieces) feed_copy(parser, recorder, piece);
    EXPECT_TRUE(parser.finish(recorder));
    return recorder.events;
}

constexpr std::string_view kEverything =
    "\xEF\xBB\xBF"
    ": hello\n"
    "data: {\"a\":1}\n\n"
    "event: message_start\r\ndata:no space\r\n\r\n"
    "data: first\rdata:  second\r\r"
    "id: 7\nretry: 10\nunknown: x\nnocolon\n\n"
    "event: forgotten\n\n"
    "data\n\n"
    "error: {\"code\":500}\n\n"
    "data: \xE6\xB0\xB4 and \xF0\x9F\x92\xA7\r\n\n\n\r\n"
    "data: one\r\ndata:two\ndata: three\r\n\r\n"
    "data: [DONE]";

std::vector<Seen> everything() {
    return {
        {"", "{\"a\":1}"},
        {"message_start", "no space"},
        {"", "first\n second"},
        {"", ""},
        {"", "{\"code\":500}", true},
        {"", "\xE6\xB0\xB4 and \xF0\x9F\x92\xA7"},
        {"", "one\ntwo\nthree"},
        {"", "[DONE]"},
    };
}

TEST(SseParser, ReadsEveryFormThatProvidersSend) {
    EXPECT_EQ(parse({kEverything}), everything());
}

TEST(SseParser, KeepsEventsThatSpanTwoChunks) {
    for (std::size_t cut = 0; cut <= kEverything.size(); ++cut) {
        EXPECT_EQ(parse({kEverything.substr(0, cut), kEverything.substr(cut)}), everything()) << "cut at " << cut;
    }
}

TEST(SseParser, KeepsEventsThatSpanThreeChunks) {
    const std::string_view text = kEverything.substr(0, 120);
    const auto whole = parse({text});
    for (std::size_t first = 0; first <= text.size(); ++first) {
        for (std::size_t second = first; second <= text.size(); ++second) {
            ASSERT_EQ(parse({text.substr(0, first), text.substr(first, second - first), text.substr(second)}), whole)
                << "cut at " << first << " and " << second;
        }
    }
}

TEST(SseParser, ReadsByteByByte) {
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < kEverything.size(); ++i) bytes.push_back(kEverything.substr(i, 1));
    EXPECT_EQ(parse(bytes), everything());
}

TEST(SseParser, TruncatedInputGivesAPrefixOfTheEvents) {
    const auto all = everything();
    for (std::size_t length = 0; length < kEverything.size(); ++length) {
        const auto events = parse({kEverything.substr(0, length)});
        ASSERT_LE(events.size(), all.size()) << length;
        // The last one may be cut short; those before it are whole.
        for (std::size_t i = 0; i + 1 < events.size(); ++i) EXPECT_EQ(events[i], all[i]) << length;
    }
}

TEST(SseParser, LendsTheBytesOfAWholeEventWithoutACopy) {
    const std::string_view text = "data: a\n\nevent: x\ndata: bc\r\n\r\n";
    SseParser parser;
    Recorder recorder;

    ASSERT_TRUE(parser.feed(text, recorder));

    EXPECT_EQ(recorder.events.size(), 2u);
    EXPECT_EQ(recorder.last_data, text.data() + text.find("bc"));
}

TEST(SseParser, DispatchesAtTheBlankLineWithoutWaitingForMore) {
    for (const std::string_view text : {"data: x\n\n", "data: x\r\r", "data: x\r\n\r"}) {
        SseParser parser;
        Recorder recorder;
        ASSERT_TRUE(parser.feed(text, recorder));
        EXPECT_EQ(recorder.events, (std::vector<Seen>{{"", "x"}})) << text;
    }
}

TEST(SseParser, CountsCommentsAndTakesThemForNothingElse) {
    SseParser parser;
    Recorder recorder;

    ASSERT_TRUE(parser.feed(": ping\n\n:\n:OPENROUTER PROCESSING\n\n", recorder));

    EXPECT_EQ(parser.comments(), 3u);
    EXPECT_TRUE(recorder.events.empty());
}

TEST(SseParser, StripsAByteOrderMarkAtTheStartOnly) {
    EXPECT_EQ(parse({"\xEF\xBB\xBF", "data: a\n\n"}), (std::vector<Seen>{{"", "a"}}));
    EXPECT_EQ(parse({"data: a\n\n\xEF\xBB\xBF"
                     "data: b\n\n"}),
              (std::vector<Seen>{{"", "a"}}));
    EXPECT_EQ(parse({"data: \xEF\xBB\xBFz\n\n"}), (std::vector<Seen>{{"", "\xEF\xBB\xBFz"}}));
}

TEST(SseParser, FinishDispatchesAnUnterminatedEventOnce) {
    SseParser parser;
    Recorder recorder;
    ASSERT_TRUE(parser.feed("event: e\ndata: x\ndata: y", recorder));
    EXPECT_TRUE(recorder.events.empty());

    ASSERT_TRUE(parser.finish(recorder));
    ASSERT_TRUE(parser.finish(recorder));

    EXPECT_EQ(recorder.events, (std::vector<Seen>{{"e", "x\ny"}}));
}

TEST(SseParser, KeepsNulAndIllFormedBytesAsTheyAre) {
    const std::string data("a\0b\xff\xfe", 5);
    EXPECT_EQ(parse({"data: " + data + "\n\n"}), (std::vector<Seen>{{"", data}}));
}

TEST(SseParser, StopsWithTheHandlersError) {
    SseParser parser;
    Recorder recorder;
    recorder.fail_at = 2;

    const auto done = parser.feed("data: 1\n\ndata: 2\n\ndata: 3\n\n", recorder);

    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().message, "stop here");
    EXPECT_EQ(recorder.events.size(), 2u);
}

TEST(SseParser, TakesAnEventUpToTheLimit) {
    SseParser parser(100);
    Recorder recorder;
    EXPECT_TRUE(parser.feed("data: " + std::string(90, 'x') + "\n\n", recorder));
    EXPECT_TRUE(parser.feed("data: " + std::string(90, 'x') + "\n\n", recorder));
    EXPECT_EQ(recorder.events.size(), 2u);
}

TEST(SseParser, RefusesALineWithoutEndBeyondTheLimit) {
    SseParser parser(100);
    Recorder recorder;
    Result<void> done;
    int fed = 0;
    for (; done && fed < 1000; ++fed) done = parser.feed("xxxxxxxxxx", recorder);

    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::upstream_invalid);
    EXPECT_EQ(fed, 11);
}

TEST(SseParser, RefusesAnEventOfManyLinesBeyondTheLimit) {
    SseParser parser(100);
    Recorder recorder;
    Result<void> done;
    int fed = 0;
    for (; done && fed < 1000; ++fed) done = parser.feed("data: xxxxxxxxx\n", recorder);

    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::upstream_invalid);
    EXPECT_TRUE(recorder.events.empty());
}

TEST(SseParser, RefusesAWholeLineBeyondTheLimit) {
    SseParser parser(100);
    Recorder recorder;
    EXPECT_FALSE(parser.feed("data: " + std::string(200, 'x') + "\n\n", recorder));
    EXPECT_TRUE(recorder.events.empty());
}

TEST(SseParser, ReadsManyLinesThatEndWithCrAloneInLinearTime) {
    // Quadratic work over these four megabytes would take minutes.
    std::string text;
    while (text.size() < 4u << 20) text += "data:x\r\r";
    SseParser parser;
    Recorder recorder;

    ASSERT_TRUE(parser.feed(text, recorder));

    EXPECT_EQ(recorder.events.size(), text.size() / 8);
}

}  // namespace
}  // namespace breakwater
