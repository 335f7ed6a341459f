#include "../shared/json_fields.hpp"
#include "../shared/whole_json_encoder.hpp"
#include "breakwater/base/base64.hpp"
#include "breakwater/ingress/images.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "event_encoder.hpp"
#include "image_usage.hpp"

namespace breakwater {
namespace {

/// The bytes know their type best. A provider's word becomes a part of an address only when it is one of the usual.
std::string_view type_of(const ImageEvent& image) {
    if (const std::string_view found = sniff_image_type(image.base64); !found.empty()) return found;
    if (image.format == "jpeg") return "image/jpeg";
    if (image.format == "webp") return "image/webp";
    return "image/png";
}

/// Writes pictures as they come, for they are large: only what is said of all of them waits for the end.
class ImageEncoder final : public ingress::WholeJsonEncoder {
public:
    ImageEncoder(EncoderContext&& context, ImageForm form, PromptKind prompt)
        : created_(context.created), form_(form), prompt_(prompt), json_(out_) {}

private:
    void take(const StreamEvent& event) override {
        const auto* image = std::get_if<ImageEvent>(&event);
        if (image == nullptr) return;
        if (image->index == 0) begin(*image);
        write(*image);
    }

    void begin(const ImageEvent& first) {
        json_.begin_object().field("created", created_);
        ingress::write_known(json_, "background", first.background);
        ingress::write_known(json_, "output_format", first.format);
        ingress::write_known(json_, "quality", first.quality);
        ingress::write_known(json_, "size", first.size);
        json_.key("data").begin_array();
    }

    void write(const ImageEvent& image) {
        json_.begin_object();
        if (image.base64.empty()) {
            json_.field("url", image.url);
        } else if (form_ == ImageForm::url) {
            write_data_uri(image);
        } else {
            json_.field("b64_json", image.base64);
        }
        ingress::write_known(json_, "revised_prompt", image.revised_prompt);
        json_.end_object();
    }

    /// In its place: together with a copy the picture would be held twice.
    void write_data_uri(const ImageEvent& image) {
        json_.key("url").raw("\"data:");
        out_.append(type_of(image)).append(";base64,");
        append_json_escaped(out_, image.base64);
        out_ += '"';
    }

    void end() override {
        json_.end_array();
        if (usage_ && usage_->total()) {
            json_.key("usage");
            write_image_usage(json_, *usage_, prompt_);
        }
        json_.end_object();
    }

    std::int64_t created_;
    ImageForm form_;
    PromptKind prompt_;
    JsonWriter json_;
};

}  // namespace

std::unique_ptr<ResponseEncoder> make_image_encoder(EncoderContext&& context, const ImageRequest& request) {
    if (request.stream) return make_image_event_encoder(std::move(context), "image_generation", PromptKind::text);
    return std::make_unique<ImageEncoder>(std::move(context), request.form, PromptKind::text);
}

std::unique_ptr<ResponseEncoder> make_image_edit_encoder(EncoderContext&& context, const ImageEditRequest& request) {
    if (request.wanted.stream) return make_image_event_encoder(std::move(context), "image_edit", PromptKind::pictures);
    return std::make_unique<ImageEncoder>(std::move(context), request.wanted.form, PromptKind::pictures);
}

}  // namespace breakwater
