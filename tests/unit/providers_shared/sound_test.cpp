#include "providers/shared/sound.hpp"

#include <gtest/gtest.h>

namespace breakwater {
namespace {

TEST(Sound, FormatsHaveTheirMediaTypes) {
    EXPECT_EQ(sound_type("wav"), "audio/wav");
    EXPECT_EQ(sound_type("pcm"), "audio/pcm");
    EXPECT_EQ(sound_type(""), "audio/mpeg");
}

// The specification of RIFF and its part `fmt `, field by field.
TEST(Sound, AWavFileHasItsHead) {
    const std::string expected(
        "RIFF\x28\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\xC0\x5D\0\0\x80\xBB\0\0\x02\0\x10\0data\x04\0\0\0", 44);
    EXPECT_EQ(wav_head(4, 24'000), expected);
}

}  // namespace
}  // namespace breakwater
