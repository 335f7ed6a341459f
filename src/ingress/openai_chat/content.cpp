#include "content.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "../shared/data_uri.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater::openai_chat {
namespace {

using ingress::DataUri;
using ingress::is_data_uri;
using ingress::is_url;
using ingress::listed;
using ingress::parse_data_uri;

using Parts = std::vector<ContentPart>;

constexpr std::string_view kBadDataUri = "expected data:<media type>;base64,<data>";
constexpr std::array<std::string_view, 4> kDetails{"auto", "low", "high", "original"};

bool read_text(const Value& part, Parts& parts) {
    TextPart text{};
    const std::optional<Value> member = part.find("text");
    if (!member) return part.missing("text");
    if (!member->read(text.text)) return false;
    part.keep("cache_control", text.cache_control);
    parts.emplace_back(std::move(text));
    return true;
}

bool read_image_url(const Value& url, ImagePart& image) {
    if (!url.is_string()) return url.wrong_type("a string");
    if (is_data_uri(url.text())) {
        std::optional<DataUri> uri = parse_data_uri(url.text());
        if (!uri) return url.fail("invalid_image_url", kBadDataUri);
        image.media_type = std::move(uri->media_type);
        image.data = uri->data;
        return true;
    }
    if (!is_url(url.text())) return url.fail("invalid_image_url", "expected a URL or a data URI");
    image.url = url.text();
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
        const std::optional<Value> detail = source->find("detail");
        if (detail && !detail->read_word(image.detail, kDetails)) return false;
        if (!read_image_url(*url, image)) return false;
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

/// A data URI by the book; bare base64 and URLs are sent as well.
bool read_file_data(const Value& data, FilePart& file) {
    if (!data.is_string()) return data.wrong_type("a string");
    if (is_data_uri(data.text())) {
        std::optional<DataUri> uri = parse_data_uri(data.text());
        if (!uri) return data.fail("invalid_value", kBadDataUri);
        file.media_type = std::move(uri->media_type);
        file.data = uri->data;
    } else if (is_url(data.text())) {
        file.url = data.text();
    } else if (data.text().empty()) {
        return data.wrong_value("a data URI");
    } else {
        const bool pdf = file.filename.empty() || to_lower(file.filename).ends_with(".pdf");
        file.media_type = pdf ? "application/pdf" : "application/octet-stream";
        file.data = data.text();
    }
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
        message.parts.emplace_back(std::in_place_type<TextPart>, std::string(content.text()));
        return true;
    }
    if (!content.is_array()) return content.wrong_type("a string or an array of content parts");
    return content.each_item([&](const Value& part) { return read_part(part, message); });
}

}  // namespace breakwater::openai_chat
