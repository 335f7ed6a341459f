#include <array>

#include "../shared/body.hpp"
#include "../shared/extensions.hpp"
#include "../shared/model_name.hpp"
#include "../shared/value.hpp"
#include "breakwater/ingress/images.hpp"
#include "rules.hpp"

namespace breakwater {
namespace {

using ingress::Value;

bool read_form(const Value& value, ImageRequest& request) {
    static constexpr std::array<std::string_view, 2> kWords{"b64_json", "url"};
    std::size_t word = 0;
    if (!value.read_word(word, kWords)) return false;
    request.form = word == 0 ? ImageForm::base64 : ImageForm::url;
    return true;
}

bool read_member(std::string_view name, const Value& value, ImageRequest& request) {
    if (name == "model") return ingress::read_model_name(value, request.model);
    if (name == "prompt") return value.read(request.prompt);
    if (name == "n") return value.read(request.n, 1, kImagesMax);
    if (name == "size") return value.read(request.size);
    if (name == "quality") return value.read(request.quality);
    if (name == "style") return value.read(request.style);
    if (name == "background") return value.read(request.background);
    if (name == "output_format") return value.read(request.output_format);
    if (name == "output_compression") return value.read(request.output_compression, 0, 100);
    if (name == "moderation") return value.read(request.moderation);
    if (name == "response_format") return read_form(value, request);
    if (name == "user") return value.read(request.user);
    if (name == "stream") return value.read(request.stream);
    if (name == "partial_images") return value.read(request.partial_images, 0, kPartialImagesMax);
    return ingress::keep_extension(name, value, ingress::kOperationExtensions, request.extensions);
}

}  // namespace

Result<void> decode_image_request(std::string& body, JsonReader& reader, ImageRequest& request) {
    request.body_bytes = body.size();
    return ingress::read_body(
        body, reader, [&](std::string_view name, const Value& value) { return read_member(name, value, request); },
        [&](const Value& root) {
            if (request.model.empty()) return root.missing("model");
            if (request.prompt.empty()) return root.missing("prompt");
            const auto conflict = find_conflict(request);
            return !conflict || root.find(conflict->param)->fail("unsupported_value", conflict->why);
        });
}

}  // namespace breakwater
