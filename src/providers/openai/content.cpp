#include "encoding.hpp"

#include "../shared/data_uri.hpp"

namespace breakwater::openai {
namespace {

/// Writes one part. What an assistant's turn has besides content (reasoning, tool calls) is written by the message.
struct PartWriter {
    const Encoding& encoding;
    const std::string& where;

    void operator()(const TextPart& part) const {
        JsonWriter& json = encoding.json;
        json.begin_object().field("type", "text").field("text", part.text.string());
        write_cache_control(encoding, part.cache_control);
        json.end_object();
    }
    void operator()(const ImagePart& part) const {
        JsonWriter& json = encoding.json;
        json.begin_object().field("type", "image_url").key("image_url").begin_object();
        json.key("url");
        write_media_url(json, part.url, part.media_type, part.data.string());
        if (!part.detail.empty()) json.field("detail", part.detail);
        json.end_object();
        write_cache_control(encoding, part.cache_control);
        json.end_object();
    }
    void operator()(const AudioPart& part) const {
        JsonWriter& json = encoding.json;
        json.begin_object().field("type", "input_audio").key("input_audio").begin_object();
        json.field("data", part.data.string()).field("format", part.format).end_object().end_object();
    }
    void operator()(const FilePart& part) const {
        if (!part.url.empty() && !encoding.quirks.file_urls) {
            return encoding.notes.lose(where, "This provider takes no files by URL; send the file's content.");
        }
        JsonWriter& json = encoding.json;
        json.begin_object().field("type", "file").key("file").begin_object();
        if (!part.filename.empty()) json.field("filename", part.filename);
        if (!part.file_id.empty()) {
            json.field("file_id", part.file_id);
        } else {
            json.key("file_data");
            write_media_url(json, part.url, part.media_type, part.data.string());
        }
        json.end_object();
        write_cache_control(encoding, part.cache_control);
        json.end_object();
    }
    void operator()(const RefusalPart& part) const {
        JsonWriter& json = encoding.json;
        // Only OpenAI has parts of this type; for the others a refusal is what the assistant said.
        if (encoding.official()) {
            json.begin_object().field("type", "refusal").field("refusal", part.text).end_object();
        } else {
            json.begin_object().field("type", "text").field("text", part.text).end_object();
        }
    }
    void operator()(const ReasoningPart&) const {}
    void operator()(const ToolCallPart&) const {}
    void operator()(const NativeItemPart&) const {}
};

}  // namespace

void write_part(const Encoding& encoding, const ContentPart& part, const std::string& where) {
    std::visit(PartWriter{encoding, where}, part);
}

}  // namespace breakwater::openai
