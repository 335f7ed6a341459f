#include "providers/shared/byte_answer.hpp"

#include <gtest/gtest.h>

#include "event_log.hpp"

namespace breakwater {
namespace {

using Lines = std::vector<std::string>;

/// The lines of the events, then the failure's code if there is one.
Lines read(int status, std::string_view content_type, const std::vector<std::string>& pieces) {
    ByteAnswerDecoder decoder("audio", "audio/mpeg");
    test::EventLog log;
    HttpResponseHead head{.status = status};
    if (!content_type.empty()) head.headers.add("content-type", content_type);
    Result<void> done = decoder.on_head(head);
    for (const std::string& piece : pieces) {
        if (done) done = decoder.on_body(piece, log);
    }
    if (done) done = decoder.on_end(log);
    if (!done) log.lines.push_back("fault " + std::string(done.error().code_or_default()));
    return log.lines;
}

TEST(ByteAnswer, HandsOnEveryPieceAsItComes) {
    EXPECT_EQ(read(200, "audio/wav", {"RIFF", "more"}),
              (Lines{"bytes audio/wav \"RIFF\"", "bytes audio/wav \"more\"", "end"}));
}

TEST(ByteAnswer, ATypeThatSaysNothingIsTheUsualOne) {
    for (const char* type : {"", "application/octet-stream", "audio/\x01mp3"})
        EXPECT_EQ(read(200, type, {"x"}), (Lines{"bytes audio/mpeg \"x\"", "end"})) << type;
}

TEST(ByteAnswer, TextInPlaceOfBytesIsAFailure) {
    EXPECT_EQ(read(200, "text/html", {"<html>"}), (Lines{"fault upstream_invalid_response"}));
    EXPECT_EQ(read(200, "audiobook/x", {"x"}), (Lines{"fault upstream_invalid_response"}));
    EXPECT_EQ(read(200, "application/json", {R"({"ok":true})"}), (Lines{"fault upstream_invalid_response"}));
}

TEST(ByteAnswer, ErrorsAreTheProvidersOwn) {
    const std::string error =
        R"({"error":{"message":"slow down","type":"rate_limit_error","code":"rate_limit_exceeded"}})";
    EXPECT_EQ(read(429, "application/json", {error}), (Lines{"fault rate_limit_exceeded"}));
    EXPECT_EQ(read(429, "audio/wav", {error}), (Lines{"fault rate_limit_exceeded"}));
    EXPECT_EQ(read(200, "application/json", {error}), (Lines{"fault rate_limit_exceeded"}));
}

TEST(ByteAnswer, NothingAtAllIsNoAnswer) {
    EXPECT_EQ(read(200, "audio/wav", {}), (Lines{"fault upstream_truncated"}));
}

}  // namespace
}  // namespace breakwater
