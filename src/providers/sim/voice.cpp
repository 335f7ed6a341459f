#include "voice.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "../shared/sound.hpp"
#include "breakwater/base/random.hpp"

namespace breakwater::sim {
namespace {

constexpr std::uint32_t kRate = 24'000;
constexpr double kLoudness = 8000;
constexpr std::size_t kMillisecondsPerWord = 50;
constexpr std::size_t kMillisecondsMin = 200;
constexpr std::size_t kMillisecondsMax = 5000;

std::size_t milliseconds_of(std::string_view text) noexcept {
    const auto words = static_cast<std::size_t>(std::ranges::count(text, ' ')) + 1;
    return std::clamp(words * kMillisecondsPerWord, kMillisecondsMin, kMillisecondsMax);
}

/// Samples of 16 bits, the low byte first.
std::string tone(std::string_view text) {
    const std::size_t samples = milliseconds_of(text) * kRate / 1000;
    const double height = 220 + static_cast<double>(fnv1a(text) % 440);
    std::string bytes;
    bytes.reserve(samples * 2);
    for (std::size_t i = 0; i < samples; ++i) {
        const double phase = 2 * std::numbers::pi * height * static_cast<double>(i) / kRate;
        const auto sample = static_cast<std::int16_t>(kLoudness * std::sin(phase));
        bytes += static_cast<char>(sample & 0xFF);
        bytes += static_cast<char>((sample >> 8) & 0xFF);
    }
    return bytes;
}

/// Frames of MPEG-1 layer III with nothing in them: 128 kbit/s, 44.1 kHz, one channel.
std::string silence(std::string_view text) {
    constexpr std::size_t kFrameBytes = 417;
    constexpr std::size_t kFrameMilliseconds = 26;
    std::string frame("\xFF\xFB\x90\xC0", 4);
    frame.resize(kFrameBytes, '\0');
    std::string bytes;
    for (std::size_t at = 0; at < milliseconds_of(text); at += kFrameMilliseconds) bytes += frame;
    return bytes;
}

}  // namespace

Result<Sound> speak(JsonReader::Element body) {
    const auto text = get_string(body, "input");
    if (!text) return fail(ErrorKind::invalid_request, "input: expected a text", "input");
    const std::string_view format = get_string(body, "response_format").value_or("mp3");
    Sound sound{.media_type = sound_type(format)};
    if (format == "mp3") {
        sound.bytes = silence(*text);
    } else if (format == "wav" || format == "pcm") {
        const std::string samples = tone(*text);
        if (format == "wav") sound.bytes = wav_head(samples.size(), kRate);
        sound.bytes += samples;
    } else {
        return fail(ErrorKind::invalid_request, "response_format: the simulator speaks wav, pcm and mp3",
                    "response_format");
    }
    return sound;
}

}  // namespace breakwater::sim
