#include "documents.hpp"

#include <algorithm>

#include "../shared/extensions.hpp"
#include "breakwater/base/base64.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::cohere {

namespace {

bool holds_text(const FilePart& file) {
    static constexpr std::string_view kTypes[] = {"application/json", "application/xml", "application/yaml"};
    return istarts_with(file.media_type, "text/") ||
           std::ranges::any_of(kTypes, [&](std::string_view type) { return iequals(type, file.media_type); });
}

void write_own(JsonWriter& writer, std::string_view json, EncodeNotes& notes) {
    JsonReader reader;
    const Result<JsonReader::Element> root = reader.parse(json);
    JsonReader::Array list;
    if (!root || !root->get(list)) {
        return notes.reject(
            Error(ErrorKind::invalid_request, "documents: expected a list.", std::string(kDocumentsMember)));
    }
    for (const JsonReader::Element document : list) writer.raw(to_json(document));
}

}  // namespace

std::optional<std::string> file_text(const FilePart& file) {
    if (!file.file_id.empty() || !file.url.empty() || !holds_text(file)) return std::nullopt;
    return decode_base64(file.data.view());
}

std::vector<Document> collect_documents(const ChatRequest& request, EncodeNotes& notes) {
    std::vector<Document> documents;
    for (std::size_t i = 0; i < request.messages.size(); ++i) {
        const Message& message = request.messages[i];
        if (message.role != Role::user) continue;
        for (std::size_t part = 0; part < message.parts.size(); ++part) {
            const auto* file = std::get_if<FilePart>(&message.parts[part]);
            if (file == nullptr) continue;
            const std::string field = "messages[" + std::to_string(i) + "].content[" + std::to_string(part) + "]";
            if (std::optional<std::string> text = file_text(*file)) {
                documents.push_back({.text = std::move(*text), .title = file->filename});
                notes.record(field, AdaptAction::mapped);
            } else {
                notes.lose(field, "Cohere takes files with text only, sent with the request.");
            }
        }
    }
    return documents;
}

bool has_own_documents(const ChatRequest& request) {
    // SDKs send an empty list with everything.
    const JsonText* own = find_extension(request, kDocumentsMember);
    return own != nullptr && *own != "[]";
}

void write_documents(JsonWriter& writer, const ChatRequest& request, const std::vector<Document>& documents,
                     EncodeNotes& notes) {
    if (documents.empty() && !has_own_documents(request)) return;
    writer.key(kDocumentsMember).begin_array();
    if (has_own_documents(request)) write_own(writer, *find_extension(request, kDocumentsMember), notes);
    for (std::size_t i = 0; i < documents.size(); ++i) {
        // An id that no client's document will have.
        writer.begin_object().field("id", "file-" + std::to_string(i)).key("data");
        write_document_data(writer, documents[i].text, documents[i].title);
        writer.end_object();
    }
    writer.end_array();
}

void write_document_data(JsonWriter& writer, std::string_view text, std::string_view title) {
    writer.begin_object();
    if (!title.empty()) writer.field("title", title);
    writer.field("text", text).end_object();
}

}  // namespace breakwater::cohere
