#include "image_usage.hpp"

#include <algorithm>
#include <optional>

#include "../shared/json_fields.hpp"

namespace breakwater {

void write_image_usage(JsonWriter& json, const Usage& usage, PromptKind prompt) {
    const std::int64_t input = *usage.prompt_total();
    std::optional<std::int64_t> pictures = usage.input_image;
    if (prompt == PromptKind::text) pictures = 0;
    std::optional<std::int64_t> text;
    if (pictures) {
        pictures = std::min(*pictures, input);
        text = input - *pictures;
    }
    json.begin_object().field("input_tokens", input).field("output_tokens", *usage.output);
    json.field("total_tokens", *usage.total());
    json.key("input_tokens_details").begin_object();
    ingress::write_or_null(json, "text_tokens", text);
    ingress::write_or_null(json, "image_tokens", pictures);
    json.end_object().end_object();
}

}  // namespace breakwater
