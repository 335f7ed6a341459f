#include "media.hpp"

#include <algorithm>

#include "breakwater/base/base64.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater::anthropic {

namespace {

constexpr std::string_view kPdf = "application/pdf";
constexpr std::string_view kPdfInBase64 = "JVBERi";  // "%PDF-"

/// The type to send for image data: what the bytes say, else what was declared; empty when the API does not take it.
std::string_view image_type(std::string_view declared, std::string_view data) {
    if (const std::string_view sniffed = sniff_image_type(data); !sniffed.empty()) return sniffed;
    if (iequals(declared, "image/jpg")) return "image/jpeg";
    for (const std::string_view type : {"image/jpeg", "image/png", "image/gif", "image/webp"}) {
        if (iequals(declared, type)) return type;
    }
    return {};
}

bool is_image(const FilePart& file) {
    return istarts_with(file.media_type, "image/");
}
bool is_pdf(const FilePart& file) {
    return iequals(file.media_type, kPdf) || file.data.view().starts_with(kPdfInBase64);
}
bool is_own_id(std::string_view id) {
    return id.starts_with("file_");
}

bool is_text(const FilePart& file) {
    return istarts_with(file.media_type, "text/") || iequals(file.media_type, "application/json") ||
           iequals(file.media_type, "application/xml") || iequals(file.media_type, "application/yaml");
}

bool accept_image_data(std::string_view declared, const ClientText& data, const std::string& field,
                       EncodeNotes& notes) {
    const std::string_view type = image_type(declared, data.view());
    if (type.empty()) {
        notes.lose(field, "Images must be JPEG, PNG, GIF or WebP.");
        return false;
    }
    if (type != declared) notes.record(field, AdaptAction::mapped);
    return true;
}

bool accept_url(std::string_view url, const std::string& field, EncodeNotes& notes) {
    if (istarts_with(url, "https://")) return true;
    notes.lose(field, "Addresses of images and files must begin with https://.");
    return false;
}

bool accept_image(const ImagePart& image, const std::string& field, EncodeNotes& notes) {
    if (!image.detail.empty() && image.detail != "auto") notes.record(field + ".detail", AdaptAction::dropped);
    if (!image.url.empty()) return accept_url(image.url, field, notes);
    return accept_image_data(image.media_type, image.data, field, notes);
}

bool accept_file(const FilePart& file, const std::string& field, EncodeNotes& notes) {
    if (!file.file_id.empty()) {
        if (is_own_id(file.file_id)) return true;
        notes.lose(field, "The file id is not one of this provider.");
        return false;
    }
    if (!file.url.empty()) return accept_url(file.url, field, notes);
    if (is_image(file)) return accept_image_data(file.media_type, file.data, field, notes);
    if (is_pdf(file)) return true;
    if (!is_text(file)) {
        notes.lose(field, "Files must be PDF documents, text or images.");
        return false;
    }
    if (decode_base64(file.data.view())) return true;
    notes.reject(Error(ErrorKind::invalid_request, "The file's data is not base64.", field));
    return false;
}

void write_url_source(JsonWriter& writer, std::string_view type, std::string_view url) {
    writer.field("type", type).key("source").begin_object().field("type", "url").field("url", url).end_object();
}

void write_data_source(JsonWriter& writer, std::string_view type, std::string_view media_type, const ClientText& data) {
    writer.field("type", type).key("source").begin_object();
    writer.field("type", "base64").field("media_type", media_type).field("data", data.string()).end_object();
}

void write_image(JsonWriter& writer, const ImagePart& image) {
    if (!image.url.empty()) return write_url_source(writer, "image", image.url);
    write_data_source(writer, "image", image_type(image.media_type, image.data.view()), image.data);
}

void write_document(JsonWriter& writer, const FilePart& file) {
    if (!file.file_id.empty()) {
        writer.field("type", "document").key("source").begin_object();
        writer.field("type", "file").field("file_id", file.file_id).end_object();
    } else if (!file.url.empty()) {
        write_url_source(writer, "document", file.url);
    } else if (is_pdf(file)) {
        write_data_source(writer, "document", kPdf, file.data);
    } else {
        writer.field("type", "document").key("source").begin_object();
        writer.field("type", "text").field("media_type", "text/plain");
        writer.field("data", decode_base64(file.data.view()).value_or("")).end_object();
    }
    if (!file.filename.empty()) writer.field("title", file.filename);
}

bool refers_to_file(const ContentPart& part) {
    const auto* file = std::get_if<FilePart>(&part);
    return file != nullptr && is_own_id(file->file_id);
}

bool refers_to_file(const ContentBlock& block) {
    if (const auto* media = std::get_if<MediaBlock>(&block.what)) return refers_to_file(*media->part);
    const auto* result = std::get_if<ResultBlock>(&block.what);
    return result != nullptr && result->message != nullptr &&
           std::ranges::any_of(result->message->parts, [](const ContentPart& part) { return refers_to_file(part); });
}

}  // namespace

bool accept_media(const ContentPart& part, const std::string& field, EncodeNotes& notes) {
    if (const auto* image = std::get_if<ImagePart>(&part)) return accept_image(*image, field, notes);
    if (const auto* file = std::get_if<FilePart>(&part)) return accept_file(*file, field, notes);
    notes.lose(field, "The Messages API takes no audio.");
    return false;
}

void write_media(JsonWriter& writer, const ContentPart& part) {
    if (const auto* image = std::get_if<ImagePart>(&part)) {
        write_image(writer, *image);
    } else if (const auto* file = std::get_if<FilePart>(&part)) {
        const bool inlined = file->file_id.empty() && file->url.empty();
        if (inlined && is_image(*file))
            return write_data_source(writer, "image", image_type(file->media_type, file->data.view()), file->data);
        write_document(writer, *file);
    }
}

bool uses_files_api(const Conversation& conversation) {
    return std::ranges::any_of(conversation.turns, [](const Turn& turn) {
        return std::ranges::any_of(turn.blocks, [](const ContentBlock& block) { return refers_to_file(block); });
    });
}

}  // namespace breakwater::anthropic
