#include "content.hpp"

#include "../shared/data_uri.hpp"

#include <string_view>

namespace breakwater::openai_responses {
namespace {

/// A file that is sent along has to have a name, whose ending tells what it is.
std::string_view name_of(const FilePart& file) noexcept {
    if (!file.filename.empty()) return file.filename;
    return file.media_type == "application/pdf" ? "file.pdf" : "file.txt";
}

struct PartWriter {
    JsonWriter& json;
    const std::string& field;
    EncodeNotes& notes;

    void operator()(const TextPart& part) const { text(part.text.string()); }
    void operator()(const RefusalPart& part) const { text(JsonString(part.text)); }
    void operator()(const ImagePart& part) const {
        json.begin_object().field("type", "input_image");
        json.key("image_url");
        write_media_url(json, part.url, part.media_type, part.data.string());
        if (!part.detail.empty()) json.field("detail", part.detail);
        json.end_object();
    }
    void operator()(const AudioPart& part) const {
        json.begin_object().field("type", "input_audio").key("input_audio").begin_object();
        json.field("data", part.data.string()).field("format", part.format).end_object().end_object();
    }
    void operator()(const FilePart& part) const {
        json.begin_object().field("type", "input_file");
        if (!part.file_id.empty()) {
            json.field("file_id", part.file_id);
        } else if (!part.url.empty()) {
            json.field("file_url", part.url);
        } else {
            json.field("filename", name_of(part)).key("file_data");
            write_data_uri(json, part.media_type, part.data.string());
        }
        json.end_object();
    }
    void operator()(const ReasoningPart&) const { misplaced(); }
    void operator()(const ToolCallPart&) const { misplaced(); }
    void operator()(const NativeItemPart&) const { misplaced(); }

private:
    void text(JsonString text) const {
        json.begin_object().field("type", "input_text").field("text", text).end_object();
    }
    void misplaced() const { notes.lose(field, "Only turns of the assistant hold this."); }
};

}  // namespace

void write_input_part(JsonWriter& json, const ContentPart& part, const std::string& field, EncodeNotes& notes) {
    std::visit(PartWriter{json, field, notes}, part);
}

}  // namespace breakwater::openai_responses
