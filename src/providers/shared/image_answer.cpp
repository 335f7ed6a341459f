#include "image_answer.hpp"

#include "bad_answer.hpp"

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
