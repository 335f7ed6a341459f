#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "../shared/encode_notes.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::ollama {

/// Writes the member `messages`. The server renders them with the model's own template, which takes any order of roles;
/// content is one text and a list of images.
class MessageWriter {
public:
    MessageWriter(JsonWriter& writer, EncodeNotes& notes) : writer_(writer), notes_(notes) {}

    /// `instruction`: text of our own that follows the client's first system text, or empty.
    void write(const std::vector<Message>& messages, std::string_view instruction);

private:
    struct Content {
        std::vector<JsonString> texts{};   // of its one text
        std::deque<std::string> files{};   // that are among them
        std::vector<JsonString> images{};  // base64
    };

    void message(const Message& message, std::size_t index, std::string_view instruction);
    static void add_line(Content& content, JsonString more);
    Content content_of(const Message& message, std::size_t index);
    void add_part(Content& content, const ContentPart& part, const std::string& field);
    void assistant(const Message& message, std::size_t index);
    void calls(const Message& message, std::size_t index);
    void result(const Message& message, std::size_t index);

    JsonWriter& writer_;
    EncodeNotes& notes_;
    JsonReader reader_;
    // Tools by the ids of the calls so far, for results that the server wants to know by name.
    std::unordered_map<std::string_view, std::string_view> called_;
};

}  // namespace breakwater::ollama
