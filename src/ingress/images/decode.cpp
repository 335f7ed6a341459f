#include <array>

#include "../shared/body.hpp"
#include "../shared/extensions.hpp"
#include "../shared/model_name.hpp"
#include "../shared/value.hpp"
#include "breakwater/ingress/images.hpp"
#include "limits.hpp"

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

bool refuse_stream(const Value& value) {
    bool stream = false;
    if (!value.read(stream)) return false;
    return !stream || value.fail("unsupported_value", "expected false: pictures are answered as a whole");
}

bool refuse_partial(const Value& value) {
    std::optional<std::int64_t> count;
    return value.read(count, 0, 3) &&
           (*count == 0 || value.fail("unsupported_value", "expected 0: there are no streams"));
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
    if (name == "stream") return refuse_stream(value);
    if (name == "partial_images") return refuse_partial(value);
    return ingress::keep_extension(name, value, ingress::kOperationExtensions, request.extensions);
}

}  // namespace

Result<void> decode_image_request(std::string& body, JsonReader& reader, ImageRequest& request) {
    request.body_bytes = body.size();
    return ingress::read_body(
        body, reader, [&](std::string_view name, const Value& value) { return read_member(name, value, request); },
        [&](const Value& root) {
            if (request.model.empty()) return root.missing("model");
            return !request.prompt.empty() || root.missing("prompt");
        });
}

}  // namespace breakwater
