#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace breakwater {

/// The media type of a sound in OpenAI's word for its format; mp3 when it is empty.
std::string_view sound_type(std::string_view format) noexcept;

/// What stands before `bytes` of samples in a WAV file (RIFF, PCM): one channel, 16 bits.
std::string wav_head(std::size_t bytes, std::uint32_t samples_per_second);

}  // namespace breakwater
