#include "providers/openai/decoder.hpp"

#include <gtest/gtest.h>

#include "event_log.hpp"

namespace breakwater::test {
namespace {

/// A decoder without the guard, so that its own events are seen.
struct Decoding {
    std::unique_ptr<ResponseDecoder> decoder;
    EventLog log{};

    explicit Decoding(std::vector<std::string> tools = {}, int status = 200) {
        ChatRequest request;
        for (std::string& name : tools) request.tools.push_back({.name = std::move(name)});
        decoder = openai::make_decoder(request);
        HttpResponseHead head{.status = status};
        head.headers.add("content-type", "text/event-stream");
        EXPECT_TRUE(decoder->on_head(head).has_value());
    }
    /// The events of one piece.
    std::vector<std::string> feed(std::string_view bytes) {
        log.lines.clear();
        EXPECT_TRUE(decoder->on_body(bytes, log).has_value());
        return log.lines;
    }
};

using Lines = std::vector<std::string>;

TEST(OpenaiDecoderEvents, ComeAsSoonAsTheirBytesDo) {
    Decoding decoding;
    EXPECT_EQ(decoding.feed(
                  "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"A\"}}]}\n\n"),
              (Lines{R"(start "c" "m")", R"(text 0 "A")"}));
    EXPECT_EQ(decoding.feed(
                  "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"B\"}}]}\n"),
              Lines{});
    EXPECT_EQ(decoding.feed("\n"), (Lines{R"(text 0 "B")"}));
}

TEST(OpenaiDecoderEvents, EndWithDoneAndNotWithTheConnection) {
    Decoding decoding;
    decoding.feed("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"A\"},\"finish_reason\":\"stop\"}]}\n\n");
    EXPECT_EQ(decoding.feed("data: [DONE]\n\n"), (Lines{R"(finish 0 stop "stop")", "end"}));
    EXPECT_EQ(decoding.feed("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"B\"}}]}\n\n"), Lines{});
    EXPECT_TRUE(decoding.decoder->on_end(decoding.log).has_value());
    EXPECT_EQ(decoding.log.lines, Lines{});
}

constexpr std::string_view kHeader =
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"type\":\"function\","
    "\"function\":{\"name\":\"get\",\"arguments\":\"\"}}]}}]}\n\n";

TEST(OpenaiDecoderEvents, OpenACallAtOnceWhenItsNameIsCertain) {
    EXPECT_EQ(Decoding({"get", "put"}).feed(kHeader), (Lines{R"(call 0.0 "c1" "get")"}));
    EXPECT_EQ(Decoding({"get", "get_all"}).feed(kHeader), Lines{});
    EXPECT_EQ(Decoding().feed(kHeader), Lines{});
}

TEST(OpenaiDecoderEvents, PassCommentsAndEmptyEventsOver) {
    Decoding decoding;
    EXPECT_EQ(decoding.feed(": keep-alive\n\n\n\ndata:\n\ndata: \n\ndata: \"ping\"\n\ndata: {}\n\n"), Lines{});
}

TEST(OpenaiDecoderLimits, BoundErrorBodies) {
    Decoding decoding({}, 500);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(decoding.feed(std::string(64u << 10, 'x')), Lines{});
    const Result<void> done = decoding.decoder->on_end(decoding.log);
    ASSERT_FALSE(done.has_value());
    EXPECT_LT(done.error().message.size(), 600u);
}

TEST(OpenaiDecoderLimits, RefuseAnEndlessAnswer) {
    Decoding decoding;
    const std::string megabyte(1u << 20, ' ');
    Result<void> done = decoding.decoder->on_body("{", decoding.log);
    int count = 0;
    for (; count < 100 && done; ++count) done = decoding.decoder->on_body(megabyte, decoding.log);
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().kind, ErrorKind::upstream_invalid);
    EXPECT_EQ(count, 64);
}

TEST(OpenaiDecoderLimits, DoNotCountBlankLinesBeforeAnAnswer) {
    Decoding decoding;
    for (int i = 0; i < 100; ++i) EXPECT_EQ(decoding.feed(std::string(4096, '\n')), Lines{});
    decoding.feed(R"({"choices":[{"message":{"content":"A"},"finish_reason":"stop"}]})");
    EXPECT_TRUE(decoding.decoder->on_end(decoding.log).has_value());
    EXPECT_EQ(decoding.log.lines, (Lines{R"(text 0 "A")", R"(finish 0 stop "stop")", "end"}));
}

/// What a stream without [DONE] ends as, where its one choice has that for a finish_reason in every chunk.
std::string end_of(std::string_view reason) {
    Decoding decoding;
    decoding.feed(R"(data: {"choices":[{"index":0,"delta":{"content":"Hel"},"finish_reason":)" + std::string(reason) +
                  "}]}\n\n");
    const Result<void> done = decoding.decoder->on_end(decoding.log);
    return done ? decoding.log.lines[decoding.log.lines.size() - 2] : std::string(to_string(done.error().kind));
}

TEST(OpenaiDecoderEvents, DoNotEndWithAReasonThatIsNone) {
    for (const char* none : {"null", "\"\"", "false", "0", "0.0", "{}", "[]"})
        EXPECT_EQ(end_of(none), to_string(ErrorKind::upstream_truncated)) << none;
    for (const char* some : {"7", "true", "{\"x\":1}", "[1]"}) EXPECT_EQ(end_of(some), R"(finish 0 stop "")") << some;
}

}  // namespace
}  // namespace breakwater::test
