#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../shared/encode_notes.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::cohere {

/// The extension by which a client that knows this API gives documents of its own.
inline constexpr std::string_view kDocumentsMember = "documents";

/// A text file of the conversation. The API takes files beside the messages, and cites them.
struct Document {
    std::string text{};
    std::string_view title{};  ///< the file's name, or empty
};

/// The text of a file that holds text, or nothing: other kinds, addresses and ids say nothing to this API.
std::optional<std::string> file_text(const FilePart& file);

/// The text files of all user messages. What of the other files cannot be sent goes into `notes`.
std::vector<Document> collect_documents(const ChatRequest& request, EncodeNotes& notes);

/// True when the client sent documents by the extension.
bool has_own_documents(const ChatRequest& request);

/// The member `documents`, the client's own before those that were files; nothing when there are none.
void write_documents(JsonWriter& writer, const ChatRequest& request, const std::vector<Document>& documents,
                     EncodeNotes& notes);

/// {"text": ..., "title": ...}: a document's data.
void write_document_data(JsonWriter& writer, std::string_view text, std::string_view title);

}  // namespace breakwater::cohere
