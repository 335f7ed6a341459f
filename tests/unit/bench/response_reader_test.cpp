#include "bench/response_reader.hpp"

#include <gtest/gtest.h>

using namespace breakwater;
using namespace breakwater::bench;

namespace {

const std::string kWhole =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\nServer: x\r\n\r\n{\"choices\":1}";

std::string chunked(std::string_view text, std::size_t size) {
    std::string out;
    for (; !text.empty(); text.remove_prefix(std::min(size, text.size()))) {
        const std::string_view piece = text.substr(0, size);
        char line[20];
        std::snprintf(line, sizeof(line), "%zx\r\n", piece.size());
        out += line + std::string(piece) + "\r\n";
    }
    return out;
}

const std::string kStreamHead =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
const std::string kEvents =
    "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n"
    ": a comment\n\n"
    "data: {\"choices\":[{\"delta\":{\"content\":\"Hello\"}}]}\n\n"
    "data: {\"choices\":[{\"delta\":{\"content\":\" world\"}}]}\n\n"
    "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
const std::string kDone = "data: [DONE]\n\n";

struct Total {
    std::uint32_t events = 0;
    std::uint32_t content_events = 0;
    bool done = false;
    void add(const ResponseReader::Step& step) {
        events += step.events;
        content_events += step.content_events;
        done = step.done;
    }
};

/// Feeds `bytes` in pieces of at most `size` bytes, the first one of `first`.
Total feed(ResponseReader& reader, std::string bytes, std::size_t first, std::size_t size) {
    Total total;
    std::span<char> rest(bytes);
    for (std::size_t piece = first; !rest.empty() && !total.done; piece = size) {
        const std::size_t taken = std::min(piece, rest.size());
        total.add(reader.feed(rest.first(taken)));
        rest = rest.subspan(taken);
    }
    return total;
}

Total feed(ResponseReader& reader, const std::string& bytes) {
    return feed(reader, bytes, bytes.size(), bytes.size());
}

Failure failure_of(const std::string& bytes, bool stream = false, bool close = false) {
    ResponseReader reader(stream);
    reader.begin();
    Total total = feed(reader, bytes);
    if (!total.done && close) total.add(reader.end_of_connection(true));
    EXPECT_TRUE(total.done) << bytes;
    return reader.failure();
}

std::string with_status(int status, const std::string& body) {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           body;
}

}  // namespace

TEST(ResponseReader, ReadsAWholeAnswerSplitAtEveryByte) {
    for (std::size_t split = 0; split <= kWhole.size(); ++split) {
        ResponseReader reader(false);
        reader.begin();
        const Total total = feed(reader, kWhole, split, kWhole.size());
        EXPECT_TRUE(total.done) << split;
        EXPECT_EQ(reader.failure(), Failure::none) << split;
        EXPECT_EQ(reader.status(), 200);
        EXPECT_TRUE(reader.reusable());
    }
}

TEST(ResponseReader, ReadsAStreamSplitAtEveryByte) {
    const std::string bytes = kStreamHead + chunked(kEvents + kDone, 50) + "0\r\n\r\n";
    for (std::size_t split = 0; split <= bytes.size(); ++split) {
        ResponseReader reader(true);
        reader.begin();
        const Total total = feed(reader, bytes, split, bytes.size());
        EXPECT_TRUE(total.done) << split;
        EXPECT_EQ(reader.failure(), Failure::none) << split;
        EXPECT_EQ(total.events, 4u) << split;
        EXPECT_EQ(total.content_events, 2u) << split;
        EXPECT_TRUE(reader.reusable()) << split;
    }
    ResponseReader reader(true);
    reader.begin();
    EXPECT_EQ(feed(reader, bytes, 1, 1).content_events, 2u);
    EXPECT_EQ(reader.failure(), Failure::none);
}

TEST(ResponseReader, SeesEveryTruncation) {
    const std::string stream = kStreamHead + chunked(kEvents + kDone, 50) + "0\r\n\r\n";
    for (const auto& [bytes, is_stream] : {std::pair(kWhole, false), std::pair(stream, true)}) {
        for (std::size_t length = 0; length < bytes.size(); ++length) {
            ResponseReader reader(is_stream);
            reader.begin();
            const Total total = feed(reader, bytes.substr(0, length));
            ASSERT_FALSE(total.done) << length;
            EXPECT_TRUE(reader.end_of_connection(true).done);
            EXPECT_EQ(reader.failure(), length == 0 ? Failure::closed : Failure::truncated) << length;
            EXPECT_FALSE(reader.reusable());
        }
    }
}

TEST(ResponseReader, ReadsOneAnswerAfterTheOther) {
    ResponseReader reader(false);
    for (int i = 0; i < 3; ++i) {
        reader.begin();
        EXPECT_TRUE(feed(reader, i == 1 ? with_status(503, "{}") : kWhole).done);
        EXPECT_EQ(reader.failure(), i == 1 ? Failure::http_status : Failure::none);
        EXPECT_TRUE(reader.reusable());
    }
}

TEST(ResponseReader, SkipsInterimAnswers) {
    EXPECT_EQ(failure_of("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + kWhole),
              Failure::none);
}

TEST(ResponseReader, WantsTheEndMarkOfAStream) {
    EXPECT_EQ(failure_of(kStreamHead + chunked(kEvents, 1000) + "0\r\n\r\n", true), Failure::truncated);
    EXPECT_EQ(failure_of("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + kEvents, true, true),
              Failure::truncated);
}

TEST(ResponseReader, ReadsUntilTheConnectionEnds) {
    const std::string bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + kEvents + kDone;
    EXPECT_EQ(failure_of(bytes, true, true), Failure::none);
    ResponseReader reader(true);
    reader.begin();
    feed(reader, bytes);
    reader.end_of_connection(false);  // a reset
    EXPECT_EQ(reader.failure(), Failure::truncated);
}

TEST(ResponseReader, FindsErrorsInBand) {
    const std::string error = "data: {\"error\":{\"message\":\"gone\"}}\n\n";
    ResponseReader reader(true);
    reader.begin();
    EXPECT_TRUE(feed(reader, kStreamHead + chunked(kEvents + error + kDone, 1000) + "0\r\n\r\n").done);
    EXPECT_EQ(reader.failure(), Failure::in_band);
    EXPECT_EQ(reader.error_text(), R"({"error":{"message":"gone"}})");
    EXPECT_EQ(failure_of(with_status(200, R"({"error":{"message":"gone"}})")), Failure::in_band);
    EXPECT_EQ(failure_of(with_status(200, R"({"error":{"message":"gone"}})"), true), Failure::in_band);
}

TEST(ResponseReader, KeepsWhatTheServerSaidAboutAStatus) {
    ResponseReader reader(true);
    reader.begin();
    EXPECT_TRUE(feed(reader, with_status(429, R"({"error":"slow down"})")).done);
    EXPECT_EQ(reader.failure(), Failure::http_status);
    EXPECT_EQ(reader.status(), 429);
    EXPECT_EQ(reader.error_text(), R"({"error":"slow down"})");
    EXPECT_TRUE(reader.reusable());

    reader.begin();
    feed(reader, with_status(500, std::string(100'000, 'x')));
    EXPECT_LE(reader.error_text().size(), 4096u);
}

TEST(ResponseReader, TellsWhatIsMalformed) {
    EXPECT_EQ(failure_of("SSH-2.0-OpenSSH_9.2p1\r\n\r\n"), Failure::malformed);
    EXPECT_EQ(failure_of("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"), Failure::malformed);
    EXPECT_EQ(failure_of("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n"), Failure::malformed);
    EXPECT_EQ(failure_of("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"),
              Failure::malformed);
    EXPECT_EQ(failure_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"), Failure::malformed);
    EXPECT_EQ(failure_of("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x')), Failure::malformed);
    EXPECT_EQ(failure_of(with_status(200, "<html></html>")), Failure::malformed);
    EXPECT_EQ(failure_of(with_status(200, "{\"cut\":")), Failure::malformed);
    EXPECT_EQ(failure_of(with_status(200, "")), Failure::malformed);
    EXPECT_EQ(failure_of(with_status(200, " {} \n")), Failure::none);
    EXPECT_EQ(failure_of(kWhole, true), Failure::malformed) << "a stream was asked for";
    EXPECT_EQ(failure_of(kStreamHead + chunked("data: oops\n\n" + kDone, 100) + "0\r\n\r\n", true), Failure::malformed);
}

TEST(ResponseReader, GivesUpConnectionsThatCannotBeUsedAgain) {
    const std::string close = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
    for (const std::string& bytes :
         {close, std::string("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}"), kWhole + "more"}) {
        ResponseReader reader(false);
        reader.begin();
        EXPECT_TRUE(feed(reader, bytes).done);
        EXPECT_EQ(reader.failure(), Failure::none);
        EXPECT_FALSE(reader.reusable()) << bytes;
    }
}
