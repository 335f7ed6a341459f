#include "image_edits.hpp"

#include "../shared/image_request.hpp"
#include "../shared/operation_request.hpp"
#include "breakwater/base/base64.hpp"
#include "image_decoder.hpp"
#include "image_request.hpp"

namespace breakwater::google {
namespace {

using File = FilesForm::File;

/// Of as many bytes as tell it.
std::string_view type_of(std::string_view picture) {
    constexpr std::size_t kTellingBytes = 12;
    return sniff_image_type(encode_base64(picture.substr(0, kTellingBytes)));
}

void refuse_what_cannot_be_edited(const ImageEditRequest& request, const EncodeContext& context, EncodeNotes& notes) {
    refuse_without_pictures(context, notes);
    if (is_imagen(context.deployment.model)) {
        notes.reject({ErrorKind::unsupported_parameter,
                      "The model " + context.deployment.model +
                          " edits no pictures here: Imagen is asked for pictures of texts only. Gemini's models that "
                          "draw edit them.",
                      "model"});
    }
    if (request.has_mask())
        notes.lose("mask", "Gemini's models take no mask: say in the prompt what of the picture is to change.");
    for (const File& file : request.form.files) {
        if (is_picture_field(file.name) && type_of(request.form.content(file)).empty())
            notes.reject({ErrorKind::invalid_request, "image: expected a PNG, JPEG, WebP or GIF file", "image"});
    }
}

void note_fields(const ImageEditRequest& request, EncodeNotes& notes) {
    note_what_stays_behind(request.wanted, notes);
    note_plain_edit(request, notes);
}

void write_picture(JsonWriter& json, std::string_view picture) {
    json.begin_object().key("inlineData").begin_object().field("mimeType", type_of(picture));
    write_base64(json.key("data"), picture);
    json.end_object().end_object();
}

void write_contents(JsonWriter& json, const ImageEditRequest& request) {
    json.key("contents").begin_array().begin_object().field("role", "user").key("parts").begin_array();
    for (const File& file : request.form.files) {
        if (is_picture_field(file.name)) write_picture(json, request.form.content(file));
    }
    json.begin_object().field("text", request.wanted.prompt).end_object();
    json.end_array().end_object().end_array();
}

/// What the body takes, roughly, so that it is written without growing.
std::size_t body_bytes(const ImageEditRequest& request) {
    constexpr std::size_t kAround = 512;
    return request.form.text->size() / 3 * 4 + request.wanted.prompt.size() + kAround;
}

}  // namespace

Result<ProviderCall> encode_image_edit(const ImageEditRequest& request, const EncodeContext& context,
                                       const Endpoint& endpoint) {
    EncodeNotes notes(context.mode, context.adapted);
    const std::string& model = context.deployment.model;
    refuse_what_cannot_be_edited(request, context, notes);
    bound_count(request.wanted, model, 1, notes);
    note_fields(request, notes);
    const std::string_view ratio = wanted_ratio(request.wanted, notes);
    if (notes.refusal()) return std::unexpected(*notes.refusal());

    ProviderCall call{.request = json_post(model_target(model, ":generateContent", endpoint))};
    add_access(call.request.headers, context, endpoint);
    call.request.body.reserve(body_bytes(request));
    JsonWriter json(call.request.body);
    json.begin_object();
    write_contents(json, request);
    write_image_config(json, ratio);
    json.end_object();
    call.decoder = make_gemini_image_decoder();
    return call;
}

}  // namespace breakwater::google
