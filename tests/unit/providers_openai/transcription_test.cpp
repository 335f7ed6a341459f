#include "providers/openai/transcription.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace breakwater::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TranscriptionRequest asked(std::string format = "", bool stream = false) {
    TranscriptionRequest request;
    request.response_format = std::move(format);
    request.stream = stream;
    return request;
}

/// What the client would get of a body that comes in pieces of that size.
struct Read {
    std::string bytes{};
    std::string media_type{};
    std::optional<Usage> usage{};
    bool ended = false;
    std::optional<Error> error{};
};

class Collector final : public EventSink {
public:
    explicit Collector(Read& read) : read_(read) {}
    void on_event(const StreamEvent& event) override {
        if (const auto* piece = std::get_if<BytesEvent>(&event)) {
            read_.bytes += piece->bytes;
            read_.media_type = piece->media_type;
        }
        if (const auto* usage = std::get_if<UsageEvent>(&event)) read_.usage = usage->usage;
        if (std::holds_alternative<StreamEnd>(event)) read_.ended = true;
    }

private:
    Read& read_;
};

Read read(const TranscriptionRequest& request, std::string_view body, std::string_view type, int status = 200,
          std::size_t piece = 1u << 20) {
    Read result;
    Collector sink(result);
    const auto decoder = openai::make_transcript_decoder(request);
    HttpResponseHead head{.status = status};
    head.headers.add("content-type", type);
    Result<void> done = decoder->on_head(head);
    for (std::size_t at = 0; done && at < body.size(); at += piece)
        done = decoder->on_body(body.substr(at, piece), sink);
    if (done) done = decoder->on_end(sink);
    if (!done) result.error = done.error();
    return result;
}

constexpr std::string_view kJson =
    R"({"text": "Hello.", "usage": {"type":"tokens","input_tokens":14,"output_tokens":3,"total_tokens":17}})";
constexpr std::string_view kEvents =
    "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hel\"}\n\n"
    "data: {\"type\":\"transcript.text.delta\",\"delta\":\"lo.\"}\n\n"
    "data: {\"type\":\"transcript.text.done\",\"text\":\"Hello.\",\"usage\":{\"type\":\"tokens\",\"input_tokens\":14,"
    "\"output_tokens\":3,\"total_tokens\":17}}\n\n";

TEST(TranscriptDecoder, PassesJsonAsItCame) {
    const Read whole = read(asked("json"), kJson, "application/json");
    EXPECT_TRUE(whole.ended);
    EXPECT_EQ(whole.bytes, kJson);
    EXPECT_EQ(whole.media_type, "application/json");
    ASSERT_TRUE(whole.usage.has_value());
    EXPECT_EQ(whole.usage->input_uncached, 14);
    EXPECT_EQ(whole.usage->output, 3);
}

TEST(TranscriptDecoder, PassesTextAsItCame) {
    for (const char* format : {"text", "srt", "vtt"}) {
        const Read whole = read(asked(format), "WEBVTT\n\n{curly}\n", "text/plain");
        EXPECT_TRUE(whole.ended) << format;
        EXPECT_EQ(whole.bytes, "WEBVTT\n\n{curly}\n");
        EXPECT_EQ(whole.media_type, "text/plain; charset=utf-8");
    }
}

TEST(TranscriptDecoder, PassesEventsWhereverTheyAreSplit) {
    for (std::size_t piece = 1; piece < 60; ++piece) {
        const Read stream = read(asked("json", true), kEvents, "text/event-stream", 200, piece);
        EXPECT_TRUE(stream.ended);
        EXPECT_EQ(stream.bytes, kEvents) << piece;
        EXPECT_EQ(stream.usage->output, 3);
    }
}

TEST(TranscriptDecoder, KnowsEventsThatAreLabelledAsSomethingElse) {
    const Read stream = read(asked("json", true), kEvents, "application/json");
    EXPECT_TRUE(stream.ended);
    EXPECT_EQ(stream.bytes, kEvents);
    EXPECT_EQ(stream.media_type, "text/event-stream");
}

TEST(TranscriptDecoder, AStreamWithoutItsLastEventIsCut) {
    const Read stream = read(asked("json", true), kEvents.substr(0, 60), "text/event-stream");
    EXPECT_FALSE(stream.ended);
    ASSERT_TRUE(stream.error.has_value());
    EXPECT_EQ(stream.error->kind, ErrorKind::upstream_truncated);
}

TEST(TranscriptDecoder, AWholeAnswerBecomesEventsForWhoAskedForThem) {
    const Read json = read(asked("json", true), kJson, "application/json");
    EXPECT_EQ(json.media_type, "text/event-stream");
    EXPECT_EQ(json.bytes,
              "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hello.\"}\n\n"
              "data: {\"type\":\"transcript.text.done\",\"text\":\"Hello.\",\"usage\":{\"type\":\"tokens\","
              "\"input_tokens\":14,\"output_tokens\":3,\"total_tokens\":17}}\n\n");
    EXPECT_THAT(read(asked("text", true), "Hello.\n", "text/plain").bytes, HasSubstr("\"text\":\"Hello.\\n\"}"));
}

TEST(TranscriptDecoder, WhatIsNoTranscriptIsAFailure) {
    const auto kind_of = [](const Read& read) { return read.error ? read.error->kind : ErrorKind::internal; };
    const std::string error = R"({"error":{"message":"busy","type":"server_error"}})";
    EXPECT_EQ(kind_of(read(asked(), "{}", "application/json")), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of(read(asked(), "{\"text\":\"a", "application/json")), ErrorKind::upstream_truncated);
    EXPECT_EQ(kind_of(read(asked(), "", "application/json")), ErrorKind::upstream_truncated);
    EXPECT_EQ(kind_of(read(asked("text"), "", "text/plain")), ErrorKind::upstream_truncated);
    EXPECT_EQ(kind_of(read(asked("text"), "<html>502</html>", "text/html")), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of(read(asked(), kEvents, "text/event-stream")), ErrorKind::upstream_invalid);
    EXPECT_EQ(kind_of(read(asked("text"), error, "application/json")), ErrorKind::upstream_error);
    EXPECT_EQ(kind_of(read(asked(), error, "application/json", 500)), ErrorKind::upstream_error);
    EXPECT_EQ(kind_of(read(asked("json", true), "data: " + error + "\n\n", "text/event-stream")),
              ErrorKind::upstream_error);
    EXPECT_EQ(kind_of(read(asked("json", true), "data: 1\n\n", "text/event-stream")), ErrorKind::upstream_invalid);
}

}  // namespace
}  // namespace breakwater::test
