#include "images.hpp"

#include <algorithm>

#include "../shared/image_request.hpp"
#include "../shared/operation_request.hpp"
#include "image_decoder.hpp"
#include "image_request.hpp"
#include "media_answer.hpp"

namespace breakwater::google {
namespace {

constexpr std::size_t kImagenMost = 4;

void write_imagen(JsonWriter& json, const ImageRequest& request, std::string_view ratio) {
    json.begin_object().key("instances").begin_array().begin_object().field("prompt", request.prompt);
    json.end_object().end_array();
    // Without a count there would be four.
    json.key("parameters")
        .begin_object()
        .field("sampleCount", static_cast<std::int64_t>(std::min(request.count(), kImagenMost)));
    if (!ratio.empty()) json.field("aspectRatio", ratio);
    // Else a filtered picture is left out without a word, and looks like a fault of the service.
    json.field("includeRaiReason", true);
    json.end_object().end_object();
}

void write_gemini(JsonWriter& json, const ImageRequest& request, std::string_view ratio) {
    json.begin_object();
    write_prompt(json, request.prompt);
    write_image_config(json, ratio);
    json.end_object();
}

}  // namespace

Result<ProviderCall> encode_images(const ImageRequest& request, const EncodeContext& context,
                                   const Endpoint& endpoint) {
    EncodeNotes notes(context.mode, context.adapted);
    const std::string& model = context.deployment.model;
    const bool imagen = is_imagen(model);
    const std::size_t most = imagen ? kImagenMost : 1;
    bound_count(request, model, most, notes);
    note_what_stays_behind(request, notes);
    const std::string_view ratio = wanted_ratio(request, notes);
    if (notes.refusal()) return std::unexpected(*notes.refusal());

    ProviderCall call{.request = json_post(model_target(model, imagen ? ":predict" : ":generateContent", endpoint))};
    add_access(call.request.headers, context, endpoint);
    JsonWriter json(call.request.body);
    if (imagen) {
        write_imagen(json, request, ratio);
        call.decoder = make_imagen_decoder(request);
    } else {
        write_gemini(json, request, ratio);
        call.decoder = make_gemini_image_decoder();
    }
    return call;
}

}  // namespace breakwater::google
