#include "../shared/event_text.hpp"
#include "../shared/openai_error.hpp"
#include "breakwater/base/base64.hpp"
#include "breakwater/ingress/bytes.hpp"
#include "breakwater/ingress/speech.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater {
namespace {

/// Every event is whole: its base64 can be read without the others'.
class SpeechEventEncoder final : public ResponseEncoder {
public:
    void on_event(const StreamEvent& event) override {
        if (const auto* piece = std::get_if<BytesEvent>(&event)) {
            write([&](JsonWriter& json) {
                json.begin_object().field("type", "speech.audio.delta");
                json.field("audio", encode_base64(piece->bytes)).end_object();
            });
        } else if (const auto* usage = std::get_if<UsageEvent>(&event)) {
            usage_ = usage->usage;
        } else if (std::holds_alternative<StreamEnd>(event)) {
            write([&](JsonWriter& json) { write_done(json); });
        } else if (const auto* fault = std::get_if<StreamFault>(&event)) {
            write([&](JsonWriter& json) { ingress::write_error_body(json, fault->error); });
        }
    }
    void head(HttpResponseHead& head) const override { ingress::set_event_stream_head(head); }
    [[nodiscard]] std::string& out() noexcept override { return out_; }
    void ping() override { out_ += ingress::kPing; }

private:
    template <class Write>
    void write(Write data) {
        out_ += "data: ";
        JsonWriter json(out_);
        data(json);
        out_ += "\n\n";
    }

    void write_done(JsonWriter& json) const {
        json.begin_object().field("type", "speech.audio.done").key("usage");
        if (const auto total = usage_ ? usage_->total() : std::nullopt) {
            json.begin_object().field("input_tokens", *usage_->prompt_total());
            json.field("output_tokens", *usage_->output).field("total_tokens", *total).end_object();
        } else {
            json.null();
        }
        json.end_object();
    }

    std::optional<Usage> usage_{};
    std::string out_;
};

}  // namespace

std::unique_ptr<ResponseEncoder> make_speech_encoder(EncoderContext&& /*context*/, const SpeechRequest& request) {
    if (request.events) return std::make_unique<SpeechEventEncoder>();
    return make_bytes_encoder(false);
}

}  // namespace breakwater
