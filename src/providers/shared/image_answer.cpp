#include "image_answer.hpp"

#include "bad_answer.hpp"
#include "operation_request.hpp"

namespace breakwater {

Result<void> ImageAnswer::add(ImageEvent image, EventSink& sink) {
    if (seen_ == wanted_) return {};
    if (image.base64.empty() && image.url.empty()) return invalid_answer("a picture without bytes and address");
    if (image.base64.empty() && form_ == ImageForm::base64)
        return invalid_answer("the address of a picture where its bytes were asked for");
    image.index = seen_++;
    sink.on_event(image);
    return {};
}

Result<void> ImageAnswer::end() const {
    if (empty()) return invalid_answer("no picture");
    return {};
}

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

}  // namespace breakwater
