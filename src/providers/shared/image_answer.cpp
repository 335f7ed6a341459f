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

}  // namespace breakwater
