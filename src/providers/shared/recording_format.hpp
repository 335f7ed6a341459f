#pragma once

#include <string_view>

namespace breakwater {

/// The format of a recording by its first bytes, or else by the end of its file's name: wav, mp3, flac, ogg, aac, aiff,
/// m4a, webm. Empty when neither says.
std::string_view recording_format(std::string_view bytes, std::string_view filename) noexcept;

}  // namespace breakwater
