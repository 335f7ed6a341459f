#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "breakwater/ingress/transcriptions.hpp"

namespace breakwater {
namespace {

using ::testing::HasSubstr;

std::string field(std::string_view name, std::string_view content, std::string_view more = "") {
    return std::string("--b1\r\nContent-Disposition: form-data; name=\"")
        .append(name)
        .append("\"")
        .append(more)
        .append("\r\n\r\n")
        .append(content)
        .append("\r\n");
}

std::string file(std::string_view content) {
    return field("file", content, "; filename=\"a.wav\"");
}

const std::string kEnd = "--b1--\r\n";
const std::string kBefore = field("model", "whisper") + field("language", "en") + field("response_format", "json");

/// What is read of a body whose `start` alone is there at first.
struct Begun {
    TranscriptionRequest request;
    std::unique_ptr<BodyJudge> judge;
};

Begun begin_with(std::string_view start) {
    Begun begun;
    std::string body(start);
    auto read = decode_transcription_start(body, "b1", begun.request);
    EXPECT_TRUE(read.has_value());
    if (read) begun.judge = std::move(*read);
    return begun;
}

/// Why the rest behind a good start is refused, or nothing.
std::string fault_of(std::string_view rest) {
    const std::string recording = file("RIFF");
    const std::size_t begun_at = recording.find("RIFF");
    const std::string start = field("model", "whisper") + recording.substr(0, begun_at);
    const Begun begun = begin_with(start);
    const std::string whole = recording.substr(begun_at) + std::string(rest);
    for (const char& each : whole) {
        if (auto taken = begun.judge->take({&each, 1}); !taken)
            return taken.error().param + ": " + taken.error().message;
    }
    const auto ended = begun.judge->end();
    return ended ? std::string() : ended.error().message;
}

TEST(TranscriptionStart, IsEnoughOnceTheFileHasBegunBehindTheModel) {
    const std::string body = kBefore + file("RIFF");
    const std::size_t enough = body.find("RIFF");
    for (std::size_t size = 0; size <= body.size(); ++size)
        EXPECT_EQ(model_of_transcription_start(std::string_view(body).substr(0, size), "b1").has_value(),
                  size >= enough)
            << size;
}

TEST(TranscriptionStart, IsNotEnoughWhereSomethingElseMayStillCome) {
    for (const std::string& start : {
             file("RIFF"),
             field("language", "en") + file("RIFF") + field("model", "whisper"),
             field("model", "whisper") + field("file", "no file"),
             field("model", "whisper") + file("RIFF") + field("model", "other"),
             field("model", "whisper") + field("model", "whisper") + file("RIFF"),
             field("model", "whisper") + field("stream", "perhaps") + file("RIFF"),
             field("model", "") + file("RIFF"),
             std::string("{\"model\":\"whisper\"}"),
         }) {
        EXPECT_FALSE(model_of_transcription_start(start, "b1").has_value()) << start;
    }
}

TEST(TranscriptionStart, HasWhatStandsBeforeTheFile) {
    const Begun begun = begin_with(field("stream", "true") + kBefore + file("RIFF").substr(0, 80));
    EXPECT_EQ(begun.request.model, "whisper");
    EXPECT_TRUE(begun.request.stream);
    EXPECT_EQ(begun.request.response_format, "json");
    const FormBody& form = begun.request.form;
    EXPECT_EQ(form.boundary, "b1");
    EXPECT_EQ(form.fields, field("stream", "true") + field("language", "en") + field("response_format", "json"));
    EXPECT_EQ(form.text->substr(form.file_at), file("RIFF").substr(0, 80));
}

TEST(TranscriptionStart, LetsOtherFieldsPassBehindTheFile) {
    EXPECT_EQ(fault_of(kEnd), "");
    EXPECT_EQ(fault_of(field("language", "en") + field("prompt", std::string(1000, 'x')) + kEnd), "");
    EXPECT_EQ(fault_of(field("stream", "false") + field("response_format", "srt") + kEnd), "");
}

TEST(TranscriptionStart, RefusesWhatComesTooLate) {
    EXPECT_THAT(fault_of(field("model", "other") + kEnd), HasSubstr("model: "));
    EXPECT_THAT(fault_of(file("more") + kEnd), HasSubstr("expected one file"));
    EXPECT_THAT(fault_of(field("stream", "false") + field("stream", "false") + kEnd), HasSubstr("stream: "));
    EXPECT_THAT(fault_of(field("response_format", "mp3") + kEnd), HasSubstr("response_format: "));
    EXPECT_THAT(fault_of(field("response_format", std::string(300, 'x')) + kEnd), HasSubstr("at most 256 bytes"));
    EXPECT_THAT(fault_of("--b1"), HasSubstr("cannot be read"));
    EXPECT_THAT(fault_of(kEnd + "more"), HasSubstr("behind its end"));
}

TEST(TranscriptionStart, KnowsAtTheEndWhatTheAnswerIs) {
    const auto late = [](const std::string& fields) {
        const Begun begun = begin_with(field("model", "whisper") + file("RIFF"));
        EXPECT_FALSE(begun.request.late->text || begun.request.late->stream);
        EXPECT_TRUE(begun.judge->take(fields + kEnd).has_value());
        return std::pair(begun.request.late->text, begun.request.late->stream);
    };
    EXPECT_EQ(late(field("response_format", "verbose_json")), std::pair(false, false));
    EXPECT_EQ(late(field("response_format", "vtt")), std::pair(true, false));
    EXPECT_EQ(late(field("stream", "true")), std::pair(false, true));
    EXPECT_EQ(late(field("stream", "true") + field("response_format", "text")), std::pair(true, true));
}

}  // namespace
}  // namespace breakwater
