#include "breakwater/net/chunked.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace breakwater {
namespace {

struct Decoded {
    std::string body;
    std::string rest;  ///< input behind the end of the message
    bool done = false;
    bool failed = false;
};

/// Feeds `pieces` as reads would bring them.
Decoded decode(const std::vector<std::string>& pieces) {
    ChunkedDecoder decoder;
    Decoded result;
    for (std::string piece : pieces) {
        const ChunkedDecoder::Step step = decoder.decode(piece);
        result.body.append(piece, 0, step.body_bytes);
        if (step.failed) {
            result.failed = true;
            return result;
        }
        if (decoder.done()) result.rest.append(piece, step.consumed);
    }
    result.done = decoder.done();
    return result;
}

std::vector<std::string> one_byte_pieces(const std::string& text) {
    std::vector<std::string> pieces;
    for (const char c : text) pieces.emplace_back(1, c);
    return pieces;
}

const std::string kMessage =
    "4;name=\"value\"\r\nWiki\r\n00005\r\npedia\r\nE \r\n in\r\n\r\nchunks.\r\n0\r\nX-Trailer: a\r\nB: c\r\n\r\n";
const std::string kText = "Wikipedia in\r\n\r\nchunks.";

TEST(ChunkedDecoder, ReadsAWholeMessage) {
    const Decoded result = decode({kMessage + "NEXT"});
    EXPECT_TRUE(result.done);
    EXPECT_EQ(result.body, kText);
    EXPECT_EQ(result.rest, "NEXT");
}

TEST(ChunkedDecoder, ReadsTheSameWhereverItIsSplit) {
    for (std::size_t cut = 0; cut <= kMessage.size(); ++cut) {
        const Decoded result = decode({kMessage.substr(0, cut), kMessage.substr(cut)});
        EXPECT_TRUE(result.done) << "cut at " << cut;
        EXPECT_EQ(result.body, kText) << "cut at " << cut;
    }
    EXPECT_EQ(decode(one_byte_pieces(kMessage)).body, kText);
}

TEST(ChunkedDecoder, IsNeverDoneBeforeTheEnd) {
    for (std::size_t cut = 0; cut < kMessage.size(); ++cut) {
        const Decoded result = decode({kMessage.substr(0, cut)});
        EXPECT_FALSE(result.done) << "cut at " << cut;
        EXPECT_FALSE(result.failed) << "cut at " << cut;
    }
}

TEST(ChunkedDecoder, RefusesWhatIsNotChunkedCoding) {
    const std::vector<std::string> broken{"\r\n",
                                          "g\r\n",
                                          "-1\r\n",
                                          "0x5\r\n",
                                          "+5\r\n",
                                          " 5\r\n",
                                          "5\n",
                                          "5\r5",
                                          "5\rabcde",
                                          "5;a\nabcde",
                                          "5\r\nabcdeX",
                                          "5\r\nabcde\n",
                                          "5\r\nabcde\rX",
                                          "5\r\nabcdef\r\n",
                                          "0\r\n\n",
                                          "0\r\nA: b\n",
                                          "0\r\nA: b\rX",
                                          "0\n\r\n",
                                          "10000000000000000\r\n",
                                          "ffffffffffffffffffffffff\r\n",
                                          ";\r\n",
                                          "5,5\r\n",
                                          "{\"a\":1}"};
    for (const std::string& message : broken) {
        EXPECT_TRUE(decode({message}).failed) << message;
        EXPECT_TRUE(decode(one_byte_pieces(message)).failed) << message;
    }
}

TEST(ChunkedDecoder, BoundsExtensionsAndTrailers) {
    const std::string much(20u << 10, 'x');
    EXPECT_TRUE(decode({"5;" + much}).failed);
    EXPECT_TRUE(decode({"0\r\nA: " + much}).failed);
    std::string many_small;
    for (int i = 0; i < 3000; ++i) many_small += "1;abcdefgh\r\nx\r\n";
    EXPECT_TRUE(decode({many_small}).failed);
    std::string many_trailers = "0\r\n";
    for (int i = 0; i < 5000; ++i) many_trailers += "a: b\r\n";
    EXPECT_TRUE(decode({many_trailers}).failed);
}

TEST(ChunkedDecoder, PassesDataOfAnySizeOn) {
    const std::string data(300'000, 'y');
    EXPECT_EQ(decode({"493e0\r\n" + data + "\r\n0\r\n\r\n"}).body, data);
}

TEST(ChunkedDecoder, TouchesNothingBehindTheEnd) {
    ChunkedDecoder decoder;
    std::string first = "0\r\n\r\n";
    ASSERT_FALSE(decoder.decode(first).failed);
    ASSERT_TRUE(decoder.done());
    std::string more = "5\r\nabcde\r\n";
    const ChunkedDecoder::Step step = decoder.decode(more);
    EXPECT_EQ(step.consumed, 0u);
    EXPECT_EQ(step.body_bytes, 0u);
}

}  // namespace
}  // namespace breakwater
