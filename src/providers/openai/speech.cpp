#include "speech.hpp"

#include "../shared/bad_answer.hpp"
#include "../shared/byte_answer.hpp"
#include "../shared/openai_members.hpp"
#include "../shared/operation_request.hpp"
#include "../shared/sound.hpp"
#include "breakwater/base/base64.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/wire/sse_parser.hpp"
#include "model_name.hpp"
#include "usage.hpp"

namespace breakwater::openai {
namespace {

using Element = JsonReader::Element;

/// Bare bytes or events, as the head says.
class SpeechDecoder final : public ResponseDecoder, private SseHandler {
public:
    explicit SpeechDecoder(std::string_view media_type) : media_type_(media_type), bytes_("audio", media_type) {}

    Result<void> on_head(const HttpResponseHead& head) override {
        context_ = ErrorContext::of(head);
        events_ = !context_.failed() && istarts_with(context_.content_type, "text/event-stream");
        return bytes_.on_head(head);
    }
    Result<void> on_body(std::string_view bytes, EventSink& sink) override {
        if (!events_) return bytes_.on_body(bytes, sink);
        if (done_) return {};
        sink_ = &sink;
        return parser_.feed(bytes, *this);
    }
    Result<void> on_end(EventSink& sink) override {
        if (!events_) return bytes_.on_end(sink);
        if (done_) return {};
        sink_ = &sink;
        if (auto done = parser_.finish(*this); !done) return done;
        return done_ ? Result<void>() : truncated_answer();
    }

private:
    Result<void> on_sse(const SseEvent& event) override {
        const std::string_view data = trim(event.data);
        if (done_ || data.empty() || data == "[DONE]") return {};
        const auto root = shared_json_reader().parse_repaired(data);
        const bool error = event.error_field || event.name == "error";
        if (!root && error) return std::unexpected(classified_answer(text_error(data), context_));
        if (!root) return invalid_answer("an event that cannot be read");
        if (error || says_error(*root))
            return std::unexpected(classified_answer(read_provider_error(context_.status, *root), context_));
        const std::string_view type = get_string(*root, "type").value_or("");
        if (type == "speech.audio.delta") return read_delta(*root);
        if (type == "speech.audio.done") read_done(*root);
        return {};
    }
    Result<void> read_delta(Element root) {
        const auto sound = decode_base64(get_string(root, "audio").value_or(""));
        if (!sound) return invalid_answer("a sound that is no base64");
        sink_->on_event(BytesEvent{.bytes = *sound, .media_type = media_type_});
        return {};
    }
    /// The answer ends here: some servers hold the connection open.
    void read_done(Element root) {
        done_ = true;
        if (const auto counts = get_object(root, "usage")) {
            if (const auto usage = read_media_usage(*counts)) sink_->on_event(UsageEvent{*usage});
        }
        sink_->on_event(StreamEnd{});
    }
    [[nodiscard]] ProviderError text_error(std::string_view text) const {
        ProviderError found;
        found.facts.status = context_.status;
        found.facts.message = sanitise_provider_text(text);
        return found;
    }

    std::string media_type_;
    ByteAnswerDecoder bytes_;
    ErrorContext context_;
    SseParser parser_;
    EventSink* sink_ = nullptr;  ///< of the call that is under way
    bool events_ = false;
    bool done_ = false;
};

/// Only OpenAI's models after `tts-1` have events, in which usage is counted; Azure does not document them. From all
/// others the gateway makes them itself.
bool sends_events(const EncodeContext& context, const config::Quirks& quirks) noexcept {
    const bool azure = quirks.urls == config::UrlForm::azure;
    return quirks.official && !azure && !model_name(context.deployment).starts_with("tts-1");
}

void write_voice(JsonWriter& json, const SpeechRequest& request) {
    if (request.voice.empty()) return;
    json.key("voice");
    if (request.own_voice) {
        json.begin_object().field("id", request.voice).end_object();
    } else {
        json.string(request.voice);
    }
}

}  // namespace

Result<ProviderCall> encode_speech(const SpeechRequest& request, const EncodeContext& context,
                                   const config::Quirks& quirks) {
    EncodeNotes notes(context.mode, context.adapted);
    ProviderCall call;
    call.request.headers.add("Accept", "audio/*, application/octet-stream, text/event-stream");
    call.request.body.reserve(request.body_bytes);
    JsonWriter json(call.request.body);
    json.begin_object().field("model", context.deployment.model).field("input", request.input);
    write_voice(json, request);
    write_text(json, "instructions", request.instructions);
    write_text(json, "response_format", request.format);
    if (request.speed) json.field("speed", *request.speed);
    if (request.events) {
        if (sends_events(context, quirks)) {
            json.field("stream_format", "sse");
        } else {
            notes.record("stream_format", AdaptAction::emulated);
        }
    }
    for (const auto& [name, value] : request.extensions) json.raw_field(name, value);
    json.end_object();
    if (notes.refusal()) return std::unexpected(*notes.refusal());
    call.decoder = std::make_unique<SpeechDecoder>(sound_type(request.format));
    return call;
}

}  // namespace breakwater::openai
