#include "event_encoder.hpp"

#include <optional>
#include <string>

#include "../shared/event_text.hpp"
#include "../shared/json_fields.hpp"
#include "../shared/openai_error.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater {
namespace {

class ImageEventEncoder final : public ResponseEncoder {
public:
    ImageEventEncoder(std::int64_t created, std::string_view prefix, PromptKind prompt)
        : created_(created), prefix_(prefix), prompt_(prompt) {}

    void on_event(const StreamEvent& event) override {
        if (const auto* draft = std::get_if<ImageDraftEvent>(&event)) {
            end_picture();
            write_draft(*draft);
        } else if (const auto* image = std::get_if<ImageEvent>(&event)) {
            end_picture();
            begin_picture(*image);
        } else if (const auto* usage = std::get_if<UsageEvent>(&event)) {
            usage_ = usage->usage;
        } else if (std::holds_alternative<StreamEnd>(event)) {
            end_picture();
        } else if (const auto* fault = std::get_if<StreamFault>(&event)) {
            end_picture();
            write_fault(fault->error);
        }
    }
    void head(HttpResponseHead& head) const override { ingress::set_event_stream_head(head); }
    [[nodiscard]] std::string& out() noexcept override { return out_; }
    void ping() override { out_ += ingress::kPing; }

private:
    void write_draft(const ImageDraftEvent& draft) {
        JsonWriter json = begin_event(out_, ".partial_image", draft);
        json.field("partial_image_index", static_cast<std::int64_t>(draft.index)).end_object();
        out_ += "\n\n";
    }

    /// Whether it is the last one, which has the usage, is not known before the next event.
    void begin_picture(const ImageEvent& image) { begin_event(picture_, ".completed", image).key("usage"); }

    void end_picture() {
        if (picture_.empty()) return;
        JsonWriter json(picture_);
        if (usage_ && usage_->total()) {
            write_image_usage(json, *usage_, prompt_);
        } else {
            json.null();
        }
        json.end_object();
        picture_ += "\n\n";
        if (out_.empty()) {
            out_.swap(picture_);
        } else {
            out_ += picture_;
        }
        picture_.clear();
    }

    template <class Picture>
    JsonWriter begin_event(std::string& out, std::string_view name, const Picture& picture) const {
        const std::string type = std::string(prefix_).append(name);
        out.append("event: ").append(type).append("\ndata: ");
        JsonWriter json(out);
        json.begin_object().field("type", type).field("b64_json", picture.base64).field("created_at", created_);
        ingress::write_known(json, "size", picture.size);
        ingress::write_known(json, "quality", picture.quality);
        ingress::write_known(json, "background", picture.background);
        ingress::write_known(json, "output_format", picture.format);
        return json;
    }

    void write_fault(const Error& error) {
        out_ += "event: error\ndata: ";
        JsonWriter json(out_);
        json.begin_object().field("type", "error").key("error");
        ingress::write_error_object(json, error);
        json.end_object();
        out_ += "\n\n";
    }

    std::int64_t created_;
    std::string_view prefix_;
    PromptKind prompt_;
    std::optional<Usage> usage_{};
    std::string picture_;  ///< its event, but for the usage
    std::string out_;
};

}  // namespace

std::unique_ptr<ResponseEncoder> make_image_event_encoder(EncoderContext&& context, std::string_view prefix,
                                                          PromptKind prompt) {
    return std::make_unique<ImageEventEncoder>(context.created, prefix, prompt);
}

}  // namespace breakwater
