#include "images.hpp"

#include "../shared/image_request.hpp"
#include "../shared/openai_members.hpp"
#include "../shared/operation_request.hpp"
#include "image_decoder.hpp"
#include "image_models.hpp"

namespace breakwater::openai {
namespace {

void write_form(JsonWriter& json, const ImageRequest& request, const EncodeContext& context,
                const config::Quirks& quirks, EncodeNotes& notes) {
    if (is_gpt_image(context.deployment)) {
        note_bytes_only(request, notes);
    } else if (request.form != ImageForm::any || (request.stream && is_told_of_bytes(context.deployment, quirks))) {
        json.field("response_format", request.form == ImageForm::url ? "url" : "b64_json");
    }
}

void write_stream(JsonWriter& json, const ImageRequest& request) {
    if (!request.stream) return;
    json.field("stream", true);
    if (request.partial_images) json.field("partial_images", *request.partial_images);
}

}  // namespace

Result<ProviderCall> encode_images(const ImageRequest& request, const EncodeContext& context,
                                   const config::Quirks& quirks) {
    EncodeNotes notes(context.mode, context.adapted);
    ProviderCall call;
    if (request.stream) call.request.headers.add("Accept", kImageStreamAccept);
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
    write_form(json, request, context, quirks, notes);
    const bool streams = streams_pictures(context.deployment, quirks);
    if (streams) {
        write_stream(json, request);
    } else {
        note_no_stream(request, notes);
    }
    for (const auto& [name, value] : request.extensions) json.raw_field(name, value);
    json.end_object();
    if (notes.refusal()) return std::unexpected(*notes.refusal());
    call.decoder = make_image_decoder(request);
    if (!streams) call.decoder->expect_whole();
    return call;
}

}  // namespace breakwater::openai
