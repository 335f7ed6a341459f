#include "recording_format.hpp"

#include <array>
#include <cstddef>
#include <utility>

#include "breakwater/base/strings.hpp"

namespace breakwater {
namespace {

/// What a file of a format has at a place. A bare stream of MP3 or AAC has no such mark but the bits of its first
/// frame.
struct Mark {
    std::size_t at;
    std::string_view bytes;
    std::string_view format;
};
constexpr std::array<Mark, 7> kMarks{{{8, "WAVE", "wav"},
                                      {0, "ID3", "mp3"},
                                      {0, "fLaC", "flac"},
                                      {0, "OggS", "ogg"},
                                      {8, "AIFF", "aiff"},
                                      {4, "ftyp", "m4a"},
                                      {0, "\x1a\x45\xdf\xa3", "webm"}}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kNames{{{".wav", "wav"},
                                                                                {".mp3", "mp3"},
                                                                                {".mpga", "mp3"},
                                                                                {".mpeg", "mp3"},
                                                                                {".flac", "flac"},
                                                                                {".ogg", "ogg"},
                                                                                {".oga", "ogg"},
                                                                                {".opus", "ogg"},
                                                                                {".aac", "aac"},
                                                                                {".aiff", "aiff"},
                                                                                {".m4a", "m4a"},
                                                                                {".mp4", "m4a"},
                                                                                {".webm", "webm"}}};

/// The format of a first frame (ISO 11172-3, ISO 13818-7): eleven or twelve bits set, then version and layer.
std::string_view frame_format(std::string_view bytes) noexcept {
    if (bytes.size() < 2 || static_cast<unsigned char>(bytes[0]) != 0xFF) return {};
    const unsigned second = static_cast<unsigned char>(bytes[1]);
    if ((second & 0xF6U) == 0xF0U) return "aac";
    return (second & 0xE6U) == 0xE2U ? "mp3" : std::string_view();
}

}  // namespace

std::string_view recording_format(std::string_view bytes, std::string_view filename) noexcept {
    for (const Mark& mark : kMarks) {
        if (bytes.size() > mark.at && bytes.substr(mark.at).starts_with(mark.bytes)) return mark.format;
    }
    if (const std::string_view format = frame_format(bytes); !format.empty()) return format;
    for (const auto& [ending, format] : kNames) {
        if (filename.size() > ending.size() && iequals(filename.substr(filename.size() - ending.size()), ending))
            return format;
    }
    return {};
}

}  // namespace breakwater
