#include "image_request.hpp"

#include "breakwater/base/base64.hpp"
#include "breakwater/base/strings.hpp"
#include "operation_request.hpp"

namespace breakwater {

void note_bytes_only(const ImageRequest& request, EncodeNotes& notes) {
    if (request.form == ImageForm::url) notes.change("response_format", AdaptAction::emulated);
}

void note_plain_pictures(const ImageRequest& request, EncodeNotes& notes) {
    const auto drop = [&notes](const char* name, std::string_view value) {
        if (!value.empty() && value != "auto") notes.change(name, AdaptAction::dropped);
    };
    drop("style", request.style);
    drop("background", request.background);
    drop("moderation", request.moderation);
    if (request.output_format != "png") drop("output_format", request.output_format);
    if (request.output_compression) notes.change("output_compression", AdaptAction::dropped);
    if (!request.user.empty()) notes.record("user", AdaptAction::dropped);
    drop_extensions(request.extensions, {}, notes);
    note_bytes_only(request, notes);
    note_no_stream(request, notes);
}

void note_no_stream(const ImageRequest& request, EncodeNotes& notes) {
    if (!request.stream) return;
    notes.record("stream", AdaptAction::emulated);
    if (request.drafts() != 0) notes.change("partial_images", AdaptAction::dropped);
}

void refuse_without_pictures(const EncodeContext& context, EncodeNotes& notes) {
    if (context.deployment.capabilities.supports(Feature::image_input)) return;
    notes.reject({ErrorKind::unsupported_parameter,
                  "The model " + context.deployment.model +
                      " makes pictures of texts and edits none: ask for it at /v1/images/generations, or name a model "
                      "that takes pictures.",
                  "image"});
}

void note_plain_edit(const ImageEditRequest& request, EncodeNotes& notes) {
    if (!request.input_fidelity.empty()) notes.change("input_fidelity", AdaptAction::dropped);
    for (const std::string& name : request.others) notes.change(name, AdaptAction::dropped);
}

void bound_count(const ImageRequest& request, const std::string& model, std::size_t most, EncodeNotes& notes) {
    if (request.count() > most)
        notes.lose("n", "The model " + model + " makes at most " + std::to_string(most) + " pictures in a call.");
}

std::optional<ImageSize> wanted_size(const ImageRequest& request, EncodeNotes& notes) {
    const std::string_view text = request.size;
    if (text.empty() || text == "auto") return std::nullopt;
    const std::size_t times = text.find('x');
    const auto width = parse_i64(text.substr(0, times));
    const auto height = times == std::string_view::npos ? std::nullopt : parse_i64(text.substr(times + 1));
    if (width && height && *width > 0 && *height > 0) return ImageSize{*width, *height};
    notes.reject({ErrorKind::invalid_request, "size: expected auto or a size such as 1024x1024", "size"});
    return std::nullopt;
}

void write_base64(JsonWriter& json, std::string_view bytes) {
    json.raw("\"");
    append_base64(json.out(), bytes);
    json.out() += '"';
}

}  // namespace breakwater
