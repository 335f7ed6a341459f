#include "sound.hpp"

#include <array>
#include <utility>

namespace breakwater {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kTypes{{{"mp3", "audio/mpeg"},
                                                                               {"opus", "audio/opus"},
                                                                               {"aac", "audio/aac"},
                                                                               {"flac", "audio/flac"},
                                                                               {"wav", "audio/wav"},
                                                                               {"pcm", "audio/pcm"}}};

void append_little(std::string& out, std::uint32_t value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i, value >>= 8) out += static_cast<char>(value & 0xFFu);
}

}  // namespace

std::string_view sound_type(std::string_view format) noexcept {
    for (const auto& [word, type] : kTypes) {
        if (word == format) return type;
    }
    return kTypes.front().second;
}

std::string wav_head(std::size_t bytes, std::uint32_t samples_per_second) {
    constexpr std::uint32_t kSampleBytes = 2;
    constexpr std::uint32_t kHeadBytes = 36;  // behind the first two fields
    const auto size = static_cast<std::uint32_t>(bytes);
    std::string head("RIFF");
    append_little(head, kHeadBytes + size, 4);
    head += "WAVEfmt ";
    append_little(head, 16, 4);  // of this part
    append_little(head, 1, 2);   // PCM
    append_little(head, 1, 2);   // channels
    append_little(head, samples_per_second, 4);
    append_little(head, samples_per_second * kSampleBytes, 4);
    append_little(head, kSampleBytes, 2);
    append_little(head, 8 * kSampleBytes, 2);
    head += "data";
    append_little(head, size, 4);
    return head;
}

}  // namespace breakwater
