#include "../shared/body.hpp"
#include "../shared/extensions.hpp"
#include "../shared/model_name.hpp"
#include "../shared/openai_media.hpp"
#include "../shared/value.hpp"
#include "breakwater/ingress/moderations.hpp"

namespace breakwater {
namespace {

using ingress::Value;

constexpr std::size_t kInputsMax = 2048;
constexpr std::string_view kDefaultModel = "omni-moderation-latest";

bool read_picture(const Value& part, ModerationRequest& request) {
    const auto holder = part.find("image_url");
    if (!holder) return part.missing("image_url");
    if (!holder->is_object()) return holder->wrong_type("an object with a url");
    const auto url = holder->find("url");
    if (!url) return holder->missing("url");
    return ingress::read_image_url(*url, request.parts.emplace_back().image.emplace());
}

bool read_part(const Value& part, ModerationRequest& request) {
    if (!part.is_object()) return part.wrong_type("an object with a type, as the first item of the list is one");
    const auto type = part.find("type");
    if (!type) return part.missing("type");
    if (type->text() == "image_url") return read_picture(part, request);
    if (type->text() != "text") return type->wrong_value("text or image_url");
    return part.required("text", request.parts.emplace_back().text);
}

bool read_list(const Value& list, ModerationRequest& request) {
    const std::size_t count = list.count();
    if (count == 0) return list.fail("invalid_value", "expected at least one input");
    if (count > kInputsMax) return list.fail("array_above_max_length", "expected at most 2048 inputs");
    list.each_item([&](const Value& first) {
        request.together = first.is_object();
        return false;
    });
    request.parts.reserve(count);
    return list.each_item([&](const Value& item) {
        if (request.together) return read_part(item, request);
        return item.read(request.parts.emplace_back().text);
    });
}

bool read_input(const Value& input, ModerationRequest& request) {
    if (input.is_array()) return read_list(input, request);
    if (!input.is_string()) return input.wrong_type("a string, a list of strings, or a list of parts");
    request.parts.push_back({.text = std::string(input.text())});
    return true;
}

bool read_member(std::string_view name, const Value& value, ModerationRequest& request) {
    if (name == "model") return ingress::read_model_name(value, request.model);
    if (name == "input") return read_input(value, request);
    return ingress::keep_extension(name, value, ingress::kOperationExtensions, request.extensions);
}

}  // namespace

Result<void> decode_moderation_request(std::string& body, JsonReader& reader, ModerationRequest& request) {
    request.body_bytes = body.size();
    return ingress::read_body(
        body, reader, [&](std::string_view name, const Value& value) { return read_member(name, value, request); },
        [&](const Value& root) {
            if (request.model.empty()) request.model = kDefaultModel;
            return !request.parts.empty() || root.missing("input");
        });
}

}  // namespace breakwater
