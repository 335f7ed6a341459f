#include <array>

#include "../shared/body.hpp"
#include "../shared/extensions.hpp"
#include "../shared/model_name.hpp"
#include "../shared/value.hpp"
#include "breakwater/ingress/speech.hpp"

namespace breakwater {
namespace {

using ingress::Value;

constexpr double kSlowest = 0.25;
constexpr double kFastest = 4.0;

/// A name, or the id of a voice that the client's account has.
bool read_voice(const Value& value, SpeechRequest& request) {
    request.own_voice = value.is_object();
    return request.own_voice ? value.required("id", request.voice) : value.read(request.voice);
}

bool read_format(const Value& value, SpeechRequest& request) {
    static constexpr std::array<std::string_view, 6> kWords{"mp3", "opus", "aac", "flac", "wav", "pcm"};
    return value.read_word(request.format, kWords);
}

bool read_stream_format(const Value& value, SpeechRequest& request) {
    static constexpr std::array<std::string_view, 2> kWords{"audio", "sse"};
    std::size_t word = 0;
    if (!value.read_word(word, kWords)) return false;
    request.events = word == 1;
    return true;
}

bool read_member(std::string_view name, const Value& value, SpeechRequest& request) {
    if (name == "model") return ingress::read_model_name(value, request.model);
    if (name == "input") return value.read(request.input);
    if (name == "voice") return read_voice(value, request);
    if (name == "instructions") return value.read(request.instructions);
    if (name == "response_format") return read_format(value, request);
    if (name == "speed") return value.read(request.speed, kSlowest, kFastest);
    if (name == "stream_format") return read_stream_format(value, request);
    return ingress::keep_extension(name, value, ingress::kOperationExtensions, request.extensions);
}

}  // namespace

Result<void> decode_speech_request(std::string& body, JsonReader& reader, SpeechRequest& request) {
    request.body_bytes = body.size();
    return ingress::read_body(
        body, reader, [&](std::string_view name, const Value& value) { return read_member(name, value, request); },
        [&](const Value& root) {
            if (request.model.empty()) return root.missing("model");
            return !request.input.empty() || root.missing("input");
        });
}

}  // namespace breakwater
