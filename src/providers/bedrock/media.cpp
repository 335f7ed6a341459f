#include "media.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "breakwater/base/base64.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater::bedrock {

namespace {

constexpr std::size_t kNameMax = 120;  // the API takes 200, and a number may follow

using Format = std::pair<std::string_view, std::string_view>;

constexpr std::array<Format, 5> kImageFormats{{{"image/png", "png"},
                                               {"image/jpeg", "jpeg"},
                                               {"image/jpg", "jpeg"},
                                               {"image/gif", "gif"},
                                               {"image/webp", "webp"}}};

constexpr std::array<Format, 10> kDocumentFormats{
    {{"application/pdf", "pdf"},
     {"text/csv", "csv"},
     {"application/msword", "doc"},
     {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"},
     {"application/vnd.ms-excel", "xls"},
     {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"},
     {"text/html", "html"},
     {"text/plain", "txt"},
     {"text/markdown", "md"},
     {"text/x-markdown", "md"}}};

constexpr std::array<std::string_view, 8> kAudioFormats{"wav", "mp3", "flac", "ogg", "opus", "aac", "m4a", "webm"};

template <std::size_t N>
std::string_view format_of(const std::array<Format, N>& formats, std::string_view media_type) {
    const auto found = std::ranges::find_if(formats, [&](const Format& row) { return iequals(row.first, media_type); });
    return found == formats.end() ? std::string_view() : found->second;
}

/// By the ending of a file's name or address.
template <std::size_t N>
std::string_view format_of_name(const std::array<Format, N>& formats, std::string_view name) {
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos) return {};
    const std::string_view ending = iequals(name.substr(dot + 1), "jpg") ? "jpeg" : name.substr(dot + 1);
    const auto found = std::ranges::find_if(formats, [&](const Format& row) { return iequals(row.second, ending); });
    return found == formats.end() ? std::string_view() : found->second;
}

std::string_view image_format(std::string_view media_type, const ClientText& data) {
    const std::string_view sniffed = sniff_image_type(data.view());
    return format_of(kImageFormats, sniffed.empty() ? media_type : sniffed);
}

std::string_view image_format(const ImagePart& image) {
    return image.url.empty() ? image_format(image.media_type, image.data) : format_of_name(kImageFormats, image.url);
}

bool is_image(const FilePart& file) {
    return istarts_with(file.media_type, "image/");
}

std::string_view document_format(const FilePart& file) {
    if (const std::string_view format = format_of(kDocumentFormats, file.media_type); !format.empty()) return format;
    for (const std::string_view name : {std::string_view(file.filename), std::string_view(file.url)}) {
        if (const std::string_view format = format_of_name(kDocumentFormats, name); !format.empty()) return format;
    }
    const bool is_text = istarts_with(file.media_type, "text/") || iequals(file.media_type, "application/json") ||
                         iequals(file.media_type, "application/xml") || iequals(file.media_type, "application/yaml");
    return is_text ? "txt" : "";
}

bool lose(EncodeNotes& notes, const std::string& field, std::string message) {
    notes.lose(field, std::move(message));
    return false;
}

bool accept_source(std::string_view url, const std::string& field, EncodeNotes& notes) {
    if (url.empty()) return true;
    // Bedrock reads s3:// with the rights of whoever signs, which are the gateway's and not the client's.
    return lose(notes, field, "Images and files for Bedrock must be inline; nothing is read from an address.");
}

bool accept_image_format(std::string_view format, std::string_view declared, const std::string& field,
                         EncodeNotes& notes) {
    if (format.empty()) return lose(notes, field, "Images must be JPEG, PNG, GIF or WebP.");
    // What the bytes say wins over what was declared.
    if (!declared.empty() && format != format_of(kImageFormats, declared)) notes.record(field, AdaptAction::mapped);
    return true;
}

bool accept_image(const ImagePart& image, const std::string& field, EncodeNotes& notes) {
    if (!image.detail.empty() && image.detail != "auto") notes.record(field + ".detail", AdaptAction::dropped);
    return accept_source(image.url, field, notes) &&
           accept_image_format(image_format(image), image.media_type, field, notes);
}

bool accept_file(const FilePart& file, const std::string& field, EncodeNotes& notes) {
    if (!file.file_id.empty()) return lose(notes, field, "The file id is not one of this provider.");
    if (!accept_source(file.url, field, notes)) return false;
    if (is_image(file)) {
        return accept_image_format(image_format(file.media_type, file.data), file.media_type, field, notes);
    }
    if (!document_format(file).empty()) return true;
    return lose(notes, field, "Files must be PDF, CSV, Word, Excel, HTML, Markdown or text documents, or images.");
}

bool accept_audio(const AudioPart& audio, const std::string& field, EncodeNotes& notes) {
    if (std::ranges::find(kAudioFormats, to_lower(audio.format)) != kAudioFormats.end()) return true;
    return lose(notes, field, "Audio must be WAV, MP3, FLAC, Ogg, Opus, AAC, M4A or WebM.");
}

void write_source(JsonWriter& writer, const ClientText& data) {
    writer.key("source").begin_object().field("bytes", data.string()).end_object();
}

void write_image(JsonWriter& writer, std::string_view format, const ClientText& data) {
    writer.key("image").begin_object().field("format", format);
    write_source(writer, data);
    writer.end_object();
}

bool is_name_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-()[]").find(c) != std::string_view::npos;
}

/// Letters, digits, single blanks and -()[]; what else there is becomes a hyphen.
std::string clean_name(std::string_view filename) {
    std::string name;
    for (const char c : filename.substr(0, filename.rfind('.')).substr(0, kNameMax)) {
        const char next = is_name_byte(c) ? c : c == ' ' ? ' ' : '-';
        if (next == ' ' && name.ends_with(' ')) continue;
        name += next;
    }
    return std::string(trim(name));
}

}  // namespace

bool accept_media(const ContentPart& part, const std::string& field, EncodeNotes& notes) {
    if (const auto* image = std::get_if<ImagePart>(&part)) return accept_image(*image, field, notes);
    if (const auto* file = std::get_if<FilePart>(&part)) return accept_file(*file, field, notes);
    const auto* audio = std::get_if<AudioPart>(&part);
    return audio != nullptr && accept_audio(*audio, field, notes);
}

bool is_document(const ContentPart& part) {
    const auto* file = std::get_if<FilePart>(&part);
    return file != nullptr && !is_image(*file);
}

std::string DocumentNames::next(std::string_view filename) {
    const std::string clean = clean_name(filename);
    std::string name = clean;
    for (std::size_t number = 1; name.empty() || !taken_.insert(name).second;) {
        name = clean.empty() ? "document-" + std::to_string(number) : clean + "-" + std::to_string(number + 1);
        ++number;
    }
    return name;
}

void write_media(JsonWriter& writer, const ContentPart& part, DocumentNames& names) {
    if (const auto* image = std::get_if<ImagePart>(&part)) {
        write_image(writer, image_format(*image), image->data);
    } else if (const auto* file = std::get_if<FilePart>(&part)) {
        if (is_image(*file)) {
            return write_image(writer, image_format(file->media_type, file->data), file->data);
        }
        writer.key("document").begin_object().field("format", document_format(*file));
        writer.field("name", names.next(file->filename));
        write_source(writer, file->data);
        writer.end_object();
    } else if (const auto* audio = std::get_if<AudioPart>(&part)) {
        writer.key("audio").begin_object().field("format", to_lower(audio->format));
        write_source(writer, audio->data);
        writer.end_object();
    }
}

}  // namespace breakwater::bedrock
