#include "providers/shared/recording_format.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

TEST(RecordingFormat, IsToldByTheFirstBytes) {
    EXPECT_EQ(recording_format(std::string_view("RIFF\0\0\0\0WAVEfmt ", 16), "x.mp3"), "wav");
    EXPECT_EQ(recording_format("ID3\x04", ""), "mp3");
    EXPECT_EQ(recording_format("\xff\xfb\x90", ""), "mp3");
    EXPECT_EQ(recording_format("\xff\xf1\x50", ""), "aac");
    EXPECT_EQ(recording_format("fLaC!", ""), "flac");
    EXPECT_EQ(recording_format("OggS!", ""), "ogg");
    EXPECT_EQ(recording_format(std::string_view("\0\0\0\x20"
                                                "ftypM4A ",
                                                12),
                               ""),
              "m4a");
    EXPECT_EQ(recording_format("\x1a\x45\xdf\xa3!", ""), "webm");
    EXPECT_EQ(recording_format(std::string_view("FORM\0\0\0\0AIFFCOMM", 16), "x"), "aiff");
}

TEST(RecordingFormat, IsToldByTheName) {
    EXPECT_EQ(recording_format("", "a.MP3"), "mp3");
    EXPECT_EQ(recording_format("?", "voice.opus"), "ogg");
    EXPECT_EQ(recording_format("?", "film.mp4"), "m4a");
}

TEST(RecordingFormat, IsNoneWhereNothingTells) {
    for (const char* name : {"", "wav", ".wav", "a.txt", "a.wav.txt"})
        EXPECT_EQ(recording_format("text", name), "") << name;
    EXPECT_EQ(recording_format("\xff", ""), "");
    EXPECT_EQ(recording_format("\xff\x00", ""), "");
}

}  // namespace
}  // namespace breakwater
