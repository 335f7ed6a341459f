#include "speech.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "../shared/bad_answer.hpp"
#include "../shared/operation_request.hpp"
#include "../shared/sound.hpp"
#include "breakwater/base/base64.hpp"
#include "breakwater/base/strings.hpp"
#include "finish.hpp"
#include "media_answer.hpp"
#include "operation_decoder.hpp"

namespace breakwater::google {
namespace {

using Element = JsonReader::Element;

constexpr Product kSound{.name = "sound", .param = "input"};
constexpr std::uint32_t kUsualRate = 24'000;
/// The samples go on in pieces, so that no event holds all of them. Whole samples, and base64 without padding.
constexpr std::size_t kPieceBytes = 48u << 10;

/// Of "audio/L16;codec=pcm;rate=24000".
std::uint32_t rate_of(std::string_view media_type) {
    for (const std::string_view part : split(media_type, ';')) {
        const std::string_view word = trim(part);
        if (!istarts_with(word, "rate=")) continue;
        const auto rate = parse_u64(word.substr(5));
        if (rate && *rate > 0 && *rate <= 192'000) return static_cast<std::uint32_t>(*rate);
    }
    return kUsualRate;
}

class SpeechDecoder final : public OperationDecoder {
public:
    explicit SpeechDecoder(bool bare) : OperationDecoder(kMediaAnswerBytesMax), bare_(bare) {}

private:
    Result<void> read(Element root, EventSink& sink) override {
        const auto candidates = get_array(root, "candidates");
        if (!candidates || candidates->size() == 0) return without_candidates(root, kSound);
        emit_start(root, sink);
        const Element first = candidates->at(0);
        if (auto done = read_sound(first, sink); !done) return done;
        emit_usage(root, sink);
        return {};
    }

    /// A sound that was stopped on its way looks like a whole one: the samples do not tell.
    static Result<void> check_finish(Element candidate) {
        const std::string reason = finish_word(candidate).word;
        switch (finish_class(reason)) {
            case FinishClass::stop:
                return {};
            case FinishClass::length:
                return truncated_answer();
            case FinishClass::filter:
                return filtered_answer(kSound, reason);
            case FinishClass::failure:
                return invalid_answer("a sound that it gave up");
        }
        return {};
    }

    Result<void> read_sound(Element candidate, EventSink& sink) const {
        if (auto done = check_finish(candidate); !done) return done;
        const auto content = get_object(candidate, "content");
        const auto parts = content ? get_array(*content, "parts") : std::nullopt;
        std::string samples;
        std::uint32_t rate = kUsualRate;
        if (parts) {
            for (const Element part : *parts) {
                const auto data = get_object(part, "inlineData");
                if (!data) continue;
                const auto bytes = decode_base64(get_string(*data, "data").value_or(""));
                if (!bytes) return invalid_answer("a sound that is no base64");
                rate = rate_of(get_string(*data, "mimeType").value_or(""));
                samples += *bytes;
            }
        }
        if (samples.empty()) return invalid_answer("no sound");
        const std::string_view type = sound_type(bare_ ? "pcm" : "wav");
        if (!bare_) sink.on_event(BytesEvent{.bytes = wav_head(samples.size(), rate), .media_type = type});
        for (std::string_view rest = samples; !rest.empty(); rest.remove_prefix(std::min(kPieceBytes, rest.size())))
            sink.on_event(BytesEvent{.bytes = rest.substr(0, kPieceBytes), .media_type = type});
        return {};
    }

    bool bare_;  ///< samples without a head
};

/// A voice of this API for each of OpenAI's, of about the same kind.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kVoices{{{"alloy", "Kore"},
                                                                                 {"ash", "Orus"},
                                                                                 {"ballad", "Umbriel"},
                                                                                 {"coral", "Aoede"},
                                                                                 {"echo", "Charon"},
                                                                                 {"fable", "Puck"},
                                                                                 {"nova", "Leda"},
                                                                                 {"onyx", "Fenrir"},
                                                                                 {"sage", "Vindemiatrix"},
                                                                                 {"shimmer", "Zephyr"},
                                                                                 {"verse", "Iapetus"},
                                                                                 {"marin", "Sulafat"},
                                                                                 {"cedar", "Algieba"}}};

std::string_view voice_of(const SpeechRequest& request, EncodeNotes& notes) {
    if (request.own_voice) notes.lose("voice", "Voices of an account of one's own are OpenAI's.");
    const auto found = std::ranges::find(kVoices, request.voice, &decltype(kVoices)::value_type::first);
    if (found == kVoices.end()) return request.own_voice ? std::string_view() : std::string_view(request.voice);
    notes.change("voice", AdaptAction::mapped);
    return found->second;
}

/// The samples are not compressed here: who did not ask for a format gets WAV.
void note_format(const SpeechRequest& request, EncodeNotes& notes) {
    if (request.format == "wav" || request.format == "pcm") return;
    if (request.format.empty()) {
        notes.change("response_format", AdaptAction::mapped);
    } else {
        notes.lose("response_format", "This provider's speech comes as wav or pcm, not as " + request.format + ".");
    }
}

void write_body(JsonWriter& json, const SpeechRequest& request, std::string_view voice) {
    // How to speak is told these models in front of what to speak.
    const std::string text = request.instructions.empty() ? request.input : request.instructions + ": " + request.input;
    json.begin_object();
    write_prompt(json, text);
    json.key("generationConfig").begin_object().key("responseModalities").begin_array().string("AUDIO").end_array();
    if (!voice.empty()) {
        json.key("speechConfig").begin_object().key("voiceConfig").begin_object();
        json.key("prebuiltVoiceConfig").begin_object().field("voiceName", voice);
        json.end_object().end_object().end_object();
    }
    json.end_object().end_object();
}

}  // namespace

Result<ProviderCall> encode_speech(const SpeechRequest& request, const EncodeContext& context,
                                   const Endpoint& endpoint) {
    EncodeNotes notes(context.mode, context.adapted);
    const std::string_view voice = voice_of(request, notes);
    note_format(request, notes);
    if (!request.instructions.empty()) notes.record("instructions", AdaptAction::mapped);
    if (request.speed && *request.speed != 1) notes.change("speed", AdaptAction::dropped);
    if (request.events) notes.record("stream_format", AdaptAction::emulated);
    drop_extensions(request.extensions, {}, notes);
    if (notes.refusal()) return std::unexpected(*notes.refusal());

    ProviderCall call{.request = json_post(model_target(context.deployment.model, ":generateContent", endpoint))};
    add_access(call.request.headers, context, endpoint);
    JsonWriter json(call.request.body);
    write_body(json, request, voice);
    call.decoder = std::make_unique<SpeechDecoder>(request.format == "pcm");
    return call;
}

}  // namespace breakwater::google
