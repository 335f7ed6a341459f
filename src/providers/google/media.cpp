#include "media.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "breakwater/base/base64.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater::google {

namespace {

constexpr std::string_view kPdf = "application/pdf";
constexpr std::string_view kPdfInBase64 = "JVBERi";  // "%PDF-"
constexpr std::string_view kFilesBase = "https://generativelanguage.googleapis.com/v1beta/";
constexpr std::string_view kFilesName = "files/";

/// The bytes decide where they can, since the API refuses a type that they contradict.
std::string image_type(std::string_view declared, const ClientText& data) {
    if (const std::string_view sniffed = sniff_image_type(data.view()); !sniffed.empty()) return std::string(sniffed);
    return iequals(declared, "image/jpg") ? "image/jpeg" : std::string(declared);
}

std::string audio_type(std::string_view format) {
    return "audio/" + to_lower(format);
}

/// Of an address, by its ending, where the API wants to know; clients state none.
std::string_view type_of_url(std::string_view url) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 18> kEndings{{
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".jpeg", "image/jpeg"},
        {".webp", "image/webp"},
        {".gif", "image/gif"},
        {".heic", "image/heic"},
        {".heif", "image/heif"},
        {".pdf", "application/pdf"},
        {".mp4", "video/mp4"},
        {".webm", "video/webm"},
        {".mov", "video/quicktime"},
        {".mpeg", "video/mpeg"},
        {".mp3", "audio/mp3"},
        {".wav", "audio/wav"},
        {".ogg", "audio/ogg"},
        {".flac", "audio/flac"},
        {".txt", "text/plain"},
        {".csv", "text/csv"},
    }};
    const std::string path = to_lower(url.substr(0, url.find_first_of("?#")));
    for (const auto& [ending, type] : kEndings) {
        if (path.ends_with(ending)) return type;
    }
    return {};
}

std::string file_type(const FilePart& file) {
    if (file.data.view().starts_with(kPdfInBase64)) return std::string(kPdf);
    if (istarts_with(file.media_type, "image/")) return image_type(file.media_type, file.data);
    // Bytes of no stated kind are refused, but a file's name may tell.
    if (file.media_type.empty() || iequals(file.media_type, "application/octet-stream")) {
        return std::string(type_of_url(file.filename));
    }
    return file.media_type;
}

/// What the vendor's own upload calls answer with: a name, or the address made of it.
bool is_own_id(std::string_view id) {
    return id.starts_with(kFilesName) || id.starts_with(std::string(kFilesBase) + std::string(kFilesName)) ||
           id.starts_with("gs://");
}

std::string file_uri(std::string_view id) {
    return id.starts_with(kFilesName) ? std::string(kFilesBase).append(id) : std::string(id);
}

bool accept_url(std::string_view url, const std::string& field, EncodeNotes& notes) {
    if (istarts_with(url, "https://") || istarts_with(url, "http://") || istarts_with(url, "gs://")) return true;
    notes.lose(field, "Addresses of images and files must begin with https://, http:// or gs://.");
    return false;
}

bool accept_image(const ImagePart& image, const std::string& field, EncodeNotes& notes) {
    if (!image.detail.empty() && image.detail != "auto") notes.record(field + ".detail", AdaptAction::dropped);
    if (!image.url.empty()) return accept_url(image.url, field, notes);
    const std::string type = image_type(image.media_type, image.data);
    if (type != image.media_type) notes.record(field, AdaptAction::mapped);
    return true;
}

bool accept_file(const FilePart& file, const std::string& field, EncodeNotes& notes) {
    if (!file.filename.empty()) notes.record(field + ".filename", AdaptAction::dropped);
    if (!file.file_id.empty()) {
        if (is_own_id(file.file_id)) return true;
        notes.lose(field, "The file id is not one of this provider.");
        return false;
    }
    if (!file.url.empty()) return accept_url(file.url, field, notes);
    if (!file_type(file).empty()) return true;
    notes.lose(field, "The file has no media type.");
    return false;
}

void write_inline(JsonWriter& writer, std::string_view type, const ClientText& data) {
    writer.key("inlineData").begin_object().field("mimeType", type).field("data", data.string()).end_object();
}

void write_reference(JsonWriter& writer, std::string_view type, std::string_view uri) {
    if (type.empty()) type = type_of_url(uri);
    writer.key("fileData").begin_object();
    if (!type.empty()) writer.field("mimeType", type);
    writer.field("fileUri", uri).end_object();
}

}  // namespace

bool accept_media(const ContentPart& part, const std::string& field, EncodeNotes& notes) {
    if (const auto* image = std::get_if<ImagePart>(&part)) return accept_image(*image, field, notes);
    if (const auto* file = std::get_if<FilePart>(&part)) return accept_file(*file, field, notes);
    if (std::holds_alternative<AudioPart>(part)) return true;
    notes.lose(field, "The API has no such part.");
    return false;
}

void write_media(JsonWriter& writer, const ContentPart& part) {
    if (const auto* image = std::get_if<ImagePart>(&part)) {
        if (!image->url.empty()) return write_reference(writer, image->media_type, image->url);
        write_inline(writer, image_type(image->media_type, image->data), image->data);
    } else if (const auto* audio = std::get_if<AudioPart>(&part)) {
        write_inline(writer, audio_type(audio->format), audio->data);
    } else if (const auto* file = std::get_if<FilePart>(&part)) {
        if (!file->file_id.empty()) return write_reference(writer, file->media_type, file_uri(file->file_id));
        if (!file->url.empty()) return write_reference(writer, file->media_type, file->url);
        write_inline(writer, file_type(*file), file->data);
    }
}

std::string inline_media_type(const ContentPart& part) {
    if (const auto* image = std::get_if<ImagePart>(&part)) {
        return image->url.empty() ? image_type(image->media_type, image->data) : std::string();
    }
    if (const auto* audio = std::get_if<AudioPart>(&part)) return audio_type(audio->format);
    const auto* file = std::get_if<FilePart>(&part);
    return file != nullptr && file->file_id.empty() && file->url.empty() ? file_type(*file) : std::string();
}

}  // namespace breakwater::google
