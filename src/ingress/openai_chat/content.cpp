#include "content.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "../shared/openai_media.hpp"

namespace breakwater::openai_chat {
namespace {

using ingress::listed;
using ingress::read_file_data;
using ingress::read_image_url;

using Parts = std::vector<ContentPart>;

bool read_text(const Value& part, Parts& parts) {
    TextPart text{};
    const std::optional<Value> member = part.find("text");
    if (!member) return part.missing("text");
    if (!member->read(text.text)) return false;
    part.keep("cache_control", text.cache_control);
    parts.emplace_back(std::move(text));
    return true;
}

/// `image_url` is an object, but a bare string is a common habit.
bool read_image(const Value& part, Parts& parts) {
    ImagePart image{};
    const std::optional<Value> source = part.find("image_url");
    if (!source) return part.missing("image_url");
    if (source->is_object()) {
        const std::optional<Value> url = source->find("url");
        if (!url) return source->missing("url");
        if (!ingress::read_detail(*source, image) || !read_image_url(*url, image)) return false;
    } else if (!source->is_string()) {
        return source->wrong_type("an object with url");
    } else if (!read_image_url(*source, image)) {
        return false;
    }
    part.keep("cache_control", image.cache_control);
    parts.emplace_back(std::move(image));
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

bool read_file(const Value& part, Parts& parts) {
    FilePart file{};
    const std::optional<Value> source = part.find("file");
    if (!source) return part.missing("file");
    if (!source->is_object()) return source->wrong_type("an object");
    if (!source->optional("file_id", file.file_id) || !source->optional("filename", file.filename)) return false;
    if (file.file_id.empty()) {
        const std::optional<Value> data = source->find("file_data");
        if (!data) return source->missing("file_data");
        if (!read_file_data(*data, file)) return false;
    }
    part.keep("cache_control", file.cache_control);
    parts.emplace_back(std::move(file));
    return true;
}

bool read_refusal(const Value& part, Parts& parts) {
    RefusalPart refusal{};
    if (!part.required("refusal", refusal.text)) return false;
    parts.emplace_back(std::move(refusal));
    return true;
}

constexpr unsigned bit(Role role) {
    return 1U << static_cast<unsigned>(role);
}

constexpr unsigned kEveryRole = ~0U;
constexpr unsigned kMediaRoles = bit(Role::user) | bit(Role::tool);

struct PartKind {
    std::string_view type;
    unsigned roles;
    bool (*read)(const Value& part, Parts& parts);
};

constexpr std::array kPartKinds{
    PartKind{"text", kEveryRole, read_text},
    PartKind{"image_url", kMediaRoles, read_image},
    PartKind{"input_audio", bit(Role::user), read_audio},
    PartKind{"file", kMediaRoles, read_file},
    PartKind{"refusal", bit(Role::assistant), read_refusal},
};

std::string part_types(Role role) {
    std::vector<std::string_view> types;
    for (const PartKind& kind : kPartKinds) {
        if ((kind.roles & bit(role)) != 0) types.push_back(kind.type);
    }
    return "one of " + listed(types);
}

bool read_part(const Value& part, Message& message) {
    if (!part.is_object()) return part.wrong_type("a content part (an object)");
    const std::optional<Value> type = part.find("type");
    if (!type) return part.missing("type");
    if (!type->is_string()) return type->wrong_type(part_types(message.role));
    const auto* kind = std::ranges::find(kPartKinds, type->text(), &PartKind::type);
    if (kind == kPartKinds.end() || (kind->roles & bit(message.role)) == 0) {
        return type->wrong_value(part_types(message.role));
    }
    return kind->read(part, message.parts);
}

}  // namespace

bool read_content(const Value& content, Message& message) {
    if (content.is_string()) {
        message.plain = true;
        message.parts.emplace_back(std::in_place_type<TextPart>, content.client_text());
        return true;
    }
    if (!content.is_array()) return content.wrong_type("a string or an array of content parts");
    return content.each_item([&](const Value& part) { return read_part(part, message); });
}

}  // namespace breakwater::openai_chat
