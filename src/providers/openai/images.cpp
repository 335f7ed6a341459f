#include "images.hpp"

#include "../shared/bad_answer.hpp"
#include "../shared/image_answer.hpp"
#include "../shared/openai_members.hpp"
#include "../shared/operation_request.hpp"
#include "../shared/whole_answer.hpp"
#include "model_name.hpp"
#include "usage.hpp"

namespace breakwater::openai {
namespace {

using Element = JsonReader::Element;

class ImageDecoder final : public WholeAnswerDecoder {
public:
    explicit ImageDecoder(const ImageRequest& request)
        : WholeAnswerDecoder(kMediaAnswerBytesMax), count_(request.count()), form_(request.form) {}

private:
    Result<void> read(Element root, EventSink& sink) override {
        const auto data = get_array(root, "data");
        if (!data) return invalid_answer("JSON without a list of pictures");
        ImageEvent event{.format = get_string(root, "output_format").value_or(""),
                         .size = get_string(root, "size").value_or(""),
                         .quality = get_string(root, "quality").value_or(""),
                         .background = get_string(root, "background").value_or("")};
        ImageAnswer answer(count_, form_);
        for (const Element item : *data) {
            event.base64 = get_string(item, "b64_json").value_or("");
            event.url = get_string(item, "url").value_or("");
            event.revised_prompt = get_string(item, "revised_prompt").value_or("");
            if (auto done = answer.add(event, sink); !done) return done;
        }
        if (auto done = answer.end(); !done) return done;
        if (const auto counts = get_object(root, "usage")) {
            if (const auto usage = read_media_usage(*counts)) sink.on_event(UsageEvent{*usage});
        }
        return {};
    }

    std::size_t count_;
    ImageForm form_;
};

/// Models of this family always answer with bytes, and refuse to be asked in which form, wherever they are served.
bool is_gpt_image(std::string_view model) noexcept {
    return model.starts_with("gpt-image") || model.starts_with("chatgpt-image");
}

void write_form(JsonWriter& json, const ImageRequest& request, const EncodeContext& context, EncodeNotes& notes) {
    if (is_gpt_image(model_name(context.deployment))) {
        note_bytes_only(request, notes);
    } else if (request.form != ImageForm::any) {
        json.field("response_format", request.form == ImageForm::url ? "url" : "b64_json");
    }
}

}  // namespace

Result<ProviderCall> encode_images(const ImageRequest& request, const EncodeContext& context) {
    EncodeNotes notes(context.mode, context.adapted);
    ProviderCall call;
    call.request.body.reserve(request.body_bytes);
    JsonWriter json(call.request.body);
    json.begin_object().field("model", context.deployment.model).field("prompt", request.prompt);
    if (request.n) json.field("n", *request.n);
    write_text(json, "size", request.size);
    write_text(json, "quality", request.quality);
    write_text(json, "style", request.style);
    write_text(json, "background", request.background);
    write_text(json, "output_format", request.output_format);
    if (request.output_compression) json.field("output_compression", *request.output_compression);
    write_text(json, "moderation", request.moderation);
    write_text(json, "user", request.user);
    write_form(json, request, context, notes);
    for (const auto& [name, value] : request.extensions) json.raw_field(name, value);
    json.end_object();
    if (notes.refusal()) return std::unexpected(*notes.refusal());
    call.decoder = std::make_unique<ImageDecoder>(request);
    return call;
}

}  // namespace breakwater::openai
