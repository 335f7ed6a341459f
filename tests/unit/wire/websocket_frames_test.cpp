#include "breakwater/wire/websocket_frames.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

using From = WebSocketFrames::From;
using Fault = WebSocketFrames::Fault;

constexpr std::uint32_t kMask = 0x37FA213D;

/// RFC 6455, 5.7.
constexpr std::string_view kHello("\x81\x05\x48\x65\x6c\x6c\x6f", 7);
constexpr std::string_view kMaskedHello("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11);
constexpr std::string_view kHelloInPieces("\x01\x03\x48\x65\x6c\x80\x02\x6c\x6f", 9);

std::string frame(FrameKind kind, std::string_view payload, std::optional<std::uint32_t> mask = std::nullopt) {
    std::string out;
    append_frame(out, kind, payload, mask);
    return out;
}

struct Seen {
    std::string out;
    std::vector<std::string> messages;
    Fault fault;
    bool closed;
    friend bool operator==(const Seen&, const Seen&) = default;
};

Seen read(From from, std::string_view bytes, std::size_t piece, std::size_t max = 1u << 20) {
    WebSocketFrames frames(from, max);
    frames.gather(true);
    Seen seen{};
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        std::string_view part = bytes.substr(at, piece);
        while (!part.empty() && frames.fault() == Fault::none && !frames.closed()) {
            part.remove_prefix(frames.read(part, seen.out));
            if (auto message = frames.take_message()) seen.messages.push_back(*message);
        }
    }
    seen.fault = frames.fault();
    seen.closed = frames.closed();
    return seen;
}

Fault fault_of(From from, std::string_view bytes, std::size_t max = 1u << 20) {
    const Seen seen = read(from, bytes, 1, max);
    EXPECT_EQ(seen, read(from, bytes, bytes.size(), max));
    return seen.fault;
}

TEST(WebSocketFrames, ReadsTheExamplesOfTheStandard) {
    for (const std::string_view bytes : {kHello, kHelloInPieces}) {
        const Seen seen = read(From::server, bytes, 1);
        EXPECT_EQ(seen.out, bytes);
        EXPECT_EQ(seen.messages, std::vector<std::string>{"Hello"});
    }
    EXPECT_EQ(read(From::client, kMaskedHello, 3).messages, std::vector<std::string>{"Hello"});
    EXPECT_EQ(frame(FrameKind::text, "Hello", kMask), kMaskedHello);
    EXPECT_EQ(frame(FrameKind::text, "Hello"), kHello);
}

TEST(WebSocketFrames, ReadsWhatIsWrittenWhereverItIsCut) {
    for (const std::size_t size : {0u, 1u, 125u, 126u, 65'535u, 65'536u}) {
        const std::string payload(size, 'x');
        const std::string bytes =
            frame(FrameKind::ping, "in between", kMask) + frame(FrameKind::binary, payload, kMask);
        for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
            const Seen seen = read(From::client, bytes, piece);
            EXPECT_EQ(seen.out, bytes);
            EXPECT_EQ(seen.messages, std::vector<std::string>{payload});
            EXPECT_EQ(seen.fault, Fault::none);
        }
    }
}

TEST(WebSocketFrames, TakesNothingBehindAClose) {
    std::string close;
    append_close_frame(close, CloseCode::going_away, "bye");
    WebSocketFrames frames(From::server, 100);
    std::string out;

    frames.read(close + std::string(kHello), out);

    EXPECT_EQ(out, close);
    EXPECT_TRUE(frames.closed());
    EXPECT_EQ(frames.close_code(), 1001);
    EXPECT_EQ(frames.messages(), 0u);
}

TEST(WebSocketFrames, CutsAReasonThatIsTooLong) {
    std::string close;
    append_close_frame(close, CloseCode::normal, std::string(500, 'x'), kMask);
    EXPECT_EQ(fault_of(From::client, close), Fault::none);
}

TEST(WebSocketFrames, LetsNothingOfAFrameAtFaultThrough) {
    const std::string good = frame(FrameKind::text, "good");
    for (const std::string_view bad : {
             std::string_view("\xc1\x01x", 3),                                  // reserved bit
             std::string_view("\x83\x00", 2),                                   // reserved kind
             std::string_view("\x8b\x00", 2),                                   // reserved control kind
             std::string_view("\x81\x85\x37\xfa\x21\x3d", 6),                   // a mask from a server
             std::string_view("\x09\x00", 2),                                   // a ping in pieces
             std::string_view("\x89\x7e\x00\x7e", 4),                           // a long ping
             std::string_view("\x88\x01x", 3),                                  // half a code
             std::string_view("\x80\x00", 2),                                   // goes on with nothing
             std::string_view("\x81\x7e\x00\x7d", 4),                           // 125 in two bytes
             std::string_view("\x81\x7f\x00\x00\x00\x00\x00\x00\xff\xff", 10),  // 65535 in eight
         }) {
        EXPECT_EQ(fault_of(From::server, bad), Fault::protocol);
        EXPECT_EQ(read(From::server, good + std::string(bad), 1).out, good);
    }
    EXPECT_EQ(fault_of(From::client, kHello), Fault::protocol);
    EXPECT_EQ(fault_of(From::server, std::string("\x01\x01x", 3) + good), Fault::protocol);
}

TEST(WebSocketFrames, HoldsMessagesToTheirLimit) {
    EXPECT_EQ(fault_of(From::server, frame(FrameKind::text, std::string(100, 'x')), 100), Fault::none);
    EXPECT_EQ(fault_of(From::server, frame(FrameKind::text, std::string(101, 'x')), 100), Fault::too_large);
    EXPECT_EQ(fault_of(From::server, kHelloInPieces, 4), Fault::too_large);
    const std::string_view endless("\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 10);
    EXPECT_EQ(fault_of(From::server, endless), Fault::protocol);
    const std::string_view huge("\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", 10);
    EXPECT_EQ(fault_of(From::server, huge), Fault::too_large);
    // Each message anew.
    std::string many;
    for (int i = 0; i < 10; ++i) many += frame(FrameKind::text, std::string(100, 'x'));
    EXPECT_EQ(fault_of(From::server, many, 100), Fault::none);
}

TEST(WebSocketFrames, KnowsWhereAnotherFrameCanStand) {
    WebSocketFrames frames(From::server, 100);
    std::string out;
    EXPECT_TRUE(frames.between_frames());
    frames.read(kHello.substr(0, 1), out);
    EXPECT_TRUE(frames.between_frames());  // the head was held back
    EXPECT_TRUE(out.empty());
    frames.read(kHello.substr(1, 3), out);
    EXPECT_FALSE(frames.between_frames());
    frames.read(kHello.substr(4), out);
    EXPECT_TRUE(frames.between_frames());
    EXPECT_EQ(out, kHello);
}

TEST(WebSocketFrames, CountsPingsAsNoProgress) {
    WebSocketFrames frames(From::server, 100);
    std::string out;
    frames.read(frame(FrameKind::ping, "x") + frame(FrameKind::pong, "x"), out);
    EXPECT_EQ(frames.progress(), 0u);
    frames.read(kHelloInPieces, out);
    EXPECT_GT(frames.progress(), 0u);
    EXPECT_EQ(frames.messages(), 1u);
}

TEST(WebSocketFrames, AnswersPingsWhereAsked) {
    const std::string bytes = frame(FrameKind::text, "a", kMask) + frame(FrameKind::ping, "now", kMask) +
                              frame(FrameKind::pong, "x", kMask) + frame(FrameKind::ping, "", kMask);
    for (const std::size_t piece : {std::size_t{1}, bytes.size()}) {
        WebSocketFrames frames(From::client, 100);
        frames.answer_pings();
        std::string out;
        for (std::size_t at = 0; at < bytes.size(); at += piece)
            frames.read(std::string_view(bytes).substr(at, piece), out);
        EXPECT_EQ(out, bytes);
        EXPECT_EQ(frames.take_pongs(), frame(FrameKind::pong, "now") + frame(FrameKind::pong, ""));
        EXPECT_EQ(frames.take_pongs(), "");
    }
}

TEST(WebSocketFrames, KeepsWhyASessionWasClosed) {
    std::string bytes = frame(FrameKind::text, "a");
    append_close_frame(bytes, CloseCode::invalid_payload, "not so");
    WebSocketFrames frames(From::server, 100);
    frames.gather(true);
    std::string out;
    const std::size_t first = frames.read(bytes, out);
    EXPECT_EQ(frames.take_message(), "a");
    EXPECT_EQ(frames.close_reason(), "");
    for (std::size_t at = first; at < bytes.size(); ++at) frames.read(std::string_view(bytes).substr(at, 1), out);
    EXPECT_EQ(frames.close_code(), 1007);
    EXPECT_EQ(frames.close_reason(), "not so");
}

TEST(WebSocketFrames, CutsReasonsBetweenCharacters) {
    std::string long_reason(122, 'x');
    long_reason += "\u00e9 and more";
    std::string close;
    append_close_frame(close, CloseCode::internal_error, long_reason);
    EXPECT_EQ(close.substr(4), std::string(122, 'x'));
    close.clear();
    append_close_frame(close, CloseCode::internal_error, std::string(121, 'x') + "\u00e9 and more");
    EXPECT_EQ(close.substr(4), std::string(121, 'x') + "\u00e9");
}

}  // namespace
}  // namespace breakwater
