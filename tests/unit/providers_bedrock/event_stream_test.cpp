#include "providers/bedrock/event_stream.hpp"

#include "providers/shared/crc32.hpp"
#include "support.hpp"

namespace breakwater::testing_bedrock {
namespace {

using bedrock::EventFrame;
using bedrock::EventStreamParser;

std::string from_hex(std::string_view digits) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        bytes += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
    return bytes;
}

std::string event_a() {
    return from_hex(
        "0000009d00000057b9bbf89f0b3a6576656e742d74797065070011636f6e7465"
        "6e74426c6f636b44656c74610d3a636f6e74656e742d74797065070010617070"
        "6c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970650700056576"
        "656e747b22636f6e74656e74426c6f636b496e646578223a302c2264656c7461"
        "223a7b2274657874223a224869227d2c2270223a226162227d8b38b268");
}
std::string exception_b() {
    return from_hex(
        "00000090000000618e91a9b70f3a657863657074696f6e2d7479706507001374"
        "68726f74746c696e67457863657074696f6e0d3a636f6e74656e742d74797065"
        "0700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970"
        "65070009657863657074696f6e7b226d657373616765223a22546f6f206d616e"
        "79207265717565737473227de67f8005");
}
std::string empty_frame() {
    return from_hex("000000100000000005c248eb7d98c8ff");
}

std::string u32(std::uint32_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
    return bytes;
}

std::string frame(const std::string& headers, const std::string& payload) {
    std::string bytes = u32(static_cast<std::uint32_t>(headers.size() + payload.size() + 16)) +
                        u32(static_cast<std::uint32_t>(headers.size()));
    bytes += u32(crc32(0, bytes));
    bytes += headers + payload;
    return bytes + u32(crc32(0, bytes));
}

std::string text_header(const std::string& name, const std::string& value) {
    return std::string(1, static_cast<char>(name.size())) + name + '\x07' + static_cast<char>(value.size() >> 8) +
           static_cast<char>(value.size()) + value;
}

struct Collected final : bedrock::EventFrameHandler {
    std::vector<std::string> frames;
    Result<void> on_frame(const EventFrame& frame) override {
        frames.push_back(std::string(frame.message_type) + "|" + std::string(frame.event_type) +
                         std::string(frame.exception_type) + std::string(frame.error_code) + "|" +
                         std::string(frame.error_message) + std::string(frame.payload));
        return {};
    }
};

bool refuses(const std::string& bytes) {
    EventStreamParser parser;
    Collected collected;
    const Result<void> fed = parser.feed(bytes, collected);
    return !fed && fed.error().kind == ErrorKind::upstream_invalid;
}

TEST(Crc32, IsTheOneOfZlib) {
    EXPECT_EQ(crc32(0, ""), 0u);
    EXPECT_EQ(crc32(0, "123456789"), 0xcbf43926u);
    EXPECT_EQ(crc32(crc32(0, "1234"), "56789"), 0xcbf43926u);
}

TEST(EventStreamParser, ReadsTheVendorsFrames) {
    EventStreamParser parser;
    Collected collected;
    ASSERT_TRUE(parser.feed(event_a() + exception_b() + empty_frame(), collected));
    EXPECT_EQ(collected.frames, (std::vector<std::string>{
                                    R"(event|contentBlockDelta|{"contentBlockIndex":0,"delta":{"text":"Hi"},"p":"ab"})",
                                    R"(exception|throttlingException|{"message":"Too many requests"})", "||"}));
    EXPECT_TRUE(parser.at_border());
}

TEST(EventStreamParser, ReadsErrorsWithoutAPayload) {
    EventStreamParser parser;
    Collected collected;
    const std::string bytes = frame(text_header(":message-type", "error") + text_header(":error-code", "Oops") +
                                        text_header(":error-message", "It broke."),
                                    "");
    ASSERT_TRUE(parser.feed(bytes, collected));
    EXPECT_EQ(collected.frames, std::vector<std::string>{"error|Oops|It broke."});
}

TEST(EventStreamParser, DoesNotDependOnWhereTheBytesAreSplit) {
    const std::string bytes = event_a() + empty_frame() + exception_b() + event_a();
    EventStreamParser whole;
    Collected expected;
    ASSERT_TRUE(whole.feed(bytes, expected));
    for (std::size_t step = 1; step < bytes.size(); ++step) {
        EventStreamParser parser;
        Collected collected;
        for (std::size_t at = 0; at < bytes.size(); at += step) {
            const std::string piece = bytes.substr(at, step);
            ASSERT_TRUE(parser.feed(piece, collected)) << step;
        }
        EXPECT_EQ(collected.frames, expected.frames) << step;
        EXPECT_TRUE(parser.at_border()) << step;
    }
}

TEST(EventStreamParser, KnowsThatAFrameIsNotComplete) {
    const std::string bytes = event_a();
    for (std::size_t length = 1; length < bytes.size(); ++length) {
        EventStreamParser parser;
        Collected collected;
        ASSERT_TRUE(parser.feed(bytes.substr(0, length), collected));
        EXPECT_FALSE(parser.at_border()) << length;
        EXPECT_TRUE(collected.frames.empty()) << length;
    }
}

TEST(EventStreamParser, RefusesEveryFlippedBit) {
    const std::string bytes = event_a();
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        std::string changed = bytes;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        EXPECT_TRUE(refuses(changed)) << at;
    }
}

TEST(EventStreamParser, RefusesLengthsBeforeAnythingElseHasCome) {
    const auto prelude = [](std::uint32_t total, std::uint32_t headers) {
        const std::string bytes = u32(total) + u32(headers);
        return bytes + u32(crc32(0, bytes));
    };
    EXPECT_TRUE(refuses(prelude(15, 0)));
    EXPECT_TRUE(refuses(prelude(20, 5)));
    EXPECT_TRUE(refuses(prelude(0xFFFFFFFFu, 0)));
    EXPECT_TRUE(refuses(prelude(0xFFFFFFFFu, 0xFFFFFFF0u)));
    EXPECT_TRUE(refuses(prelude((24u << 20) + 17, 0)));
    EXPECT_TRUE(refuses(prelude((200u << 10), (128u << 10) + 1)));
    EXPECT_FALSE(refuses(prelude((24u << 20) + 16, 0)));
}

TEST(EventStreamParser, RefusesLengthsWithTheirLastByteWhereverTheyAreSplit) {
    const std::string prelude = u32(0x6461614a) + u32(0x685b5d4a) + u32(0x682c5d2c);
    for (std::size_t split = 0; split < prelude.size(); ++split) {
        EventStreamParser parser;
        Collected collected;
        ASSERT_TRUE(parser.feed(prelude.substr(0, split), collected)) << split;
        EXPECT_FALSE(parser.feed(prelude.substr(split), collected)) << split;
    }
}

TEST(EventStreamParser, RefusesHeadersThatCannotBeRead) {
    const std::string twice = text_header("a", "1") + text_header("a", "2");
    std::string many;
    for (char c = 'A'; c < 'A' + 33; ++c) many += text_header(std::string(1, c), "");
    EXPECT_TRUE(refuses(frame(twice, "")));
    EXPECT_TRUE(refuses(frame(many, "")));
    EXPECT_TRUE(refuses(frame(std::string(1, '\0') + '\x07' + std::string(2, '\0'), ""))) << "no name";
    EXPECT_TRUE(
        refuses(frame("\x01"
                      "a"
                      "\x0a",
                      "")))
        << "a kind that does not exist";
    EXPECT_TRUE(
        refuses(frame("\x01"
                      "a",
                      "")))
        << "no kind";
    EXPECT_TRUE(refuses(frame(std::string("\x05") + "ab", ""))) << "a name that goes beyond the end";
    EXPECT_TRUE(refuses(frame(text_header("a", "12").substr(0, 5), ""))) << "a value that goes beyond the end";
    EXPECT_TRUE(refuses(frame(std::string("\x01") + "a\x09" + std::string(15, 'x'), ""))) << "half of a UUID";
}

TEST(EventStreamParser, PassesOverHeadersOfEveryKind) {
    std::string headers;
    const std::size_t sizes[] = {0, 0, 1, 2, 4, 8, 0, 0, 8, 16};
    for (char kind = 0; kind < 10; ++kind) {
        if (kind == 6 || kind == 7) continue;
        headers += std::string("\x01") + static_cast<char>('a' + kind) + kind +
                   std::string(sizes[static_cast<int>(kind)], 'x');
    }
    headers += std::string("\x01") + "y\x06" + std::string("\0\x02", 2) + "zz";
    EventStreamParser parser;
    Collected collected;
    ASSERT_TRUE(parser.feed(frame(headers + text_header(":event-type", "e"), "{}"), collected));
    EXPECT_EQ(collected.frames, std::vector<std::string>{"|e|{}"});
}

}  // namespace
}  // namespace breakwater::testing_bedrock
