#include "content.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "../shared/openai_media.hpp"

namespace breakwater::openai_responses_client {
namespace {

using Parts = std::vector<ContentPart>;

bool read_text(const Value& part, Parts& parts) {
    const std::optional<Value> text = part.find("text");
    if (!text) return part.missing("text");
    TextPart read{};
    if (!text->read(read.text)) return false;
    parts.emplace_back(std::move(read));
    return true;
}

bool read_refusal(const Value& part, Parts& parts) {
    RefusalPart refusal{};
    if (!part.required("refusal", refusal.text)) return false;
    parts.emplace_back(std::move(refusal));
    return true;
}

bool read_image(const Value& part, Parts& parts) {
    ImagePart image{};
    const std::optional<Value> url = part.find("image_url");
    if (!url) {
        const std::optional<Value> file = part.find("file_id");
        if (!file) return part.missing("image_url");
        return file->fail("unsupported_parameter", "images of the provider's files are not known here; send image_url");
    }
    if (!ingress::read_detail(part, image) || !ingress::read_image_url(*url, image)) return false;
    parts.emplace_back(std::move(image));
    return true;
}

bool read_file(const Value& part, Parts& parts) {
    FilePart file{};
    if (!part.optional("file_id", file.file_id) || !part.optional("filename", file.filename)) return false;
    if (file.file_id.empty()) {
        std::optional<Value> data = part.find("file_data");
        if (!data) data = part.find("file_url");
        if (!data) return part.missing("file_data");
        if (!ingress::read_file_data(*data, file)) return false;
    }
    parts.emplace_back(std::move(file));
    return true;
}

bool read_audio(const Value& part, Parts& parts) {
    AudioPart audio{};
    const std::optional<Value> source = part.find("input_audio");
    if (!source) return part.missing("input_audio");
    if (!source->is_object()) return source->wrong_type("an object");
    if (!source->required("data", audio.data) || !source->required("format", audio.format)) return false;
    parts.emplace_back(std::move(audio));
    return true;
}

struct PartKind {
    std::string_view type;
    bool (*read)(const Value& part, Parts& parts);
};

constexpr std::array kInput{
    PartKind{"input_text", read_text},
    PartKind{"input_image", read_image},
    PartKind{"input_file", read_file},
    PartKind{"input_audio", read_audio},
};
// Clients repeat what the assistant said as if they had put it in.
constexpr std::array kOutput{
    PartKind{"output_text", read_text},
    PartKind{"refusal", read_refusal},
    PartKind{"input_text", read_text},
};

std::string types(std::span<const PartKind> kinds) {
    std::vector<std::string_view> words;
    for (const PartKind& kind : kinds) words.push_back(kind.type);
    return "one of " + ingress::listed(words);
}

bool read_part(const Value& part, std::span<const PartKind> kinds, Parts& parts) {
    if (!part.is_object()) return part.wrong_type("a content part (an object)");
    const std::optional<Value> type = part.find("type");
    if (!type) return part.missing("type");
    if (!type->is_string()) return type->wrong_type(types(kinds));
    const auto kind = std::ranges::find(kinds, type->text(), &PartKind::type);
    return kind == kinds.end() ? type->wrong_value(types(kinds)) : kind->read(part, parts);
}

}  // namespace

bool read_content(const Value& content, Message& message) {
    if (content.is_string()) {
        message.plain = message.parts.empty();
        message.parts.emplace_back(TextPart{.text = content.client_text()});
        return true;
    }
    if (!content.is_array()) return content.wrong_type("a string or an array of content parts");
    message.plain = false;
    const std::span<const PartKind> kinds =
        message.role == Role::assistant ? std::span<const PartKind>(kOutput) : std::span<const PartKind>(kInput);
    return content.each_item([&](const Value& part) { return read_part(part, kinds, message.parts); });
}

}  // namespace breakwater::openai_responses_client
