#include "content.hpp"

#include <algorithm>
#include <array>

#include "../shared/data_uri.hpp"

namespace breakwater::anthropic_messages {
namespace {

constexpr std::array<std::string_view, 3> kImageSources{"base64", "url", "file"};
constexpr std::array<std::string_view, 5> kDocumentSources{"base64", "url", "file", "text", "content"};

bool read_text(const Value& block, Message& out) {
    TextPart part{};
    const std::optional<Value> text = block.find("text");
    if (!text) return block.missing("text");
    if (!text->read(part.text)) return false;
    block.keep("cache_control", part.cache_control);
    out.parts.emplace_back(std::move(part));
    return true;
}

/// The source of an image or a document, and its type as a place in `types`.
std::optional<Value> find_source(const Value& block, std::span<const std::string_view> types, std::size_t& type) {
    const std::optional<Value> source = block.find("source");
    if (!source) {
        block.missing("source");
        return std::nullopt;
    }
    if (!source->is_object()) {
        source->wrong_type("an object");
        return std::nullopt;
    }
    const std::optional<Value> word = source->find("type");
    if (!word) {
        source->missing("type");
        return std::nullopt;
    }
    return word->read_word(type, types) ? source : std::nullopt;
}

bool read_url(const Value& source, std::string& out) {
    if (!source.required("url", out)) return false;
    return ingress::is_url(out) || source.find("url")->wrong_value("a URL");
}

bool read_image(const Value& block, Message& out) {
    std::size_t type = 0;
    const std::optional<Value> source = find_source(block, kImageSources, type);
    if (!source) return false;
    if (kImageSources.at(type) == "file") {
        FilePart file{};
        if (!source->required("file_id", file.file_id)) return false;
        block.keep("cache_control", file.cache_control);
        out.parts.emplace_back(std::move(file));
        return true;
    }
    ImagePart image{};
    const bool read = kImageSources.at(type) == "url"
                          ? read_url(*source, image.url)
                          : source->required("media_type", image.media_type) && source->required("data", image.data);
    if (!read) return false;
    block.keep("cache_control", image.cache_control);
    out.parts.emplace_back(std::move(image));
    return true;
}

/// What stands before the text of a document that other dialects have no block for.
bool write_heading(const Value& block, std::string& out) {
    for (const std::string_view key : {"title", "context"}) {
        std::string text;
        if (!block.optional(key, text)) return false;
        if (!text.empty()) out += text + "\n\n";
    }
    return true;
}

/// The texts of a list of text blocks, or a string.
bool append_texts(const Value& content, std::string& out) {
    Message inner;
    if (!read_content(content, inner)) return false;
    for (const ContentPart& part : inner.parts) {
        const auto* text = std::get_if<TextPart>(&part);
        if (text == nullptr) continue;
        if (!out.empty() && !out.ends_with('\n')) out += '\n';
        out += text->text.view();
    }
    return true;
}

/// A document that is text is one in every dialect.
bool read_text_document(const Value& block, const Value& source, std::string_view member, Message& out) {
    TextPart part{};
    const std::optional<Value> text = source.find(member);
    if (!text) return source.missing(member);
    if (!write_heading(block, part.text.own()) || !append_texts(*text, part.text.own())) return false;
    block.keep("cache_control", part.cache_control);
    out.parts.emplace_back(std::move(part));
    return true;
}

bool read_document(const Value& block, Message& out) {
    std::size_t type = 0;
    const std::optional<Value> source = find_source(block, kDocumentSources, type);
    if (!source) return false;
    const std::string_view word = kDocumentSources.at(type);
    if (word == "text" || word == "content") {
        return read_text_document(block, *source, word == "text" ? "data" : "content", out);
    }
    FilePart file{};
    bool read = false;
    if (word == "url") {
        read = read_url(*source, file.url);
    } else if (word == "file") {
        read = source->required("file_id", file.file_id);
    } else {
        read = source->required("media_type", file.media_type) && source->required("data", file.data);
    }
    if (!read || !block.optional("title", file.filename)) return false;
    block.keep("cache_control", file.cache_control);
    out.parts.emplace_back(std::move(file));
    return true;
}

/// {"type": "search_result", "source": "https://...", "title": "...", "content": [text blocks]}
bool read_search_result(const Value& block, Message& out) {
    TextPart part{};
    for (const std::string_view key : {"title", "source"}) {
        std::string text;
        if (!block.required(key, text)) return false;
        part.text.own() += text + '\n';
    }
    const std::optional<Value> content = block.find("content");
    if (!content) return block.missing("content");
    if (!append_texts(*content, part.text.own())) return false;
    block.keep("cache_control", part.cache_control);
    out.parts.emplace_back(std::move(part));
    return true;
}

}  // namespace

std::string_view block_type(const Value& block) {
    if (!block.is_object()) {
        block.wrong_type("a content block (an object)");
        return {};
    }
    const std::optional<Value> type = block.find("type");
    if (!type) {
        block.missing("type");
        return {};
    }
    if (!type->is_string() || type->text().empty()) {
        type->wrong_type("the type of a content block");
        return {};
    }
    return type->text();
}

bool read_block(const Value& block, std::string_view type, Message& message) {
    if (type == "text") return read_text(block, message);
    if (type == "image") return read_image(block, message);
    if (type == "document") return read_document(block, message);
    if (type == "search_result") return read_search_result(block, message);
    message.parts.emplace_back(NativeItemPart{.json = block.json(), .field = block.path()});
    return true;
}

bool read_content(const Value& content, Message& message) {
    if (content.is_string()) {
        message.plain = true;
        message.parts.emplace_back(std::in_place_type<TextPart>, content.client_text());
        return true;
    }
    if (!content.is_array()) return content.wrong_type("a string or an array of content blocks");
    return content.each_item([&](const Value& block) {
        const std::string_view type = block_type(block);
        return !type.empty() && read_block(block, type, message);
    });
}

}  // namespace breakwater::anthropic_messages
