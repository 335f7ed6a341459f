#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "../shared/encode_notes.hpp"
#include "../shared/tool_names.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/routing/deployment.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::cohere {

/// Writes the member `messages`: one system message, the turns, and for every call of a tool one result right behind
/// it, as the API demands.
class MessageWriter {
public:
    MessageWriter(JsonWriter& writer, const Deployment& deployment, const ToolNames& names, EncodeNotes& notes)
        : writer_(writer), deployment_(deployment), names_(names), notes_(notes) {}

    /// `instruction`: text of our own that follows the client's system text, or empty.
    void write(const std::vector<Message>& messages, std::string_view instruction);

private:
    struct OpenCall {
        std::string_view id;
        std::size_t message;
    };

    void system(const std::vector<Message>& messages, std::string_view instruction);
    void turn(const Message& message, std::size_t index);
    void user(const Message& message, std::size_t index);
    void user_part(const ContentPart& part, const std::string& field);
    void image(const ImagePart& image, const std::string& field);
    void assistant(const Message& message, std::size_t index);
    void assistant_content(const Message& message, std::size_t index);
    void assistant_calls(const Message& message, std::size_t index);
    void result(const Message& message, std::size_t index);
    void result_content(const Message& message, std::size_t index);
    void orphan(const Message& message, std::size_t index);
    void close_calls();
    void continuation(const std::vector<Message>& messages);

    JsonWriter& writer_;
    const Deployment& deployment_;
    const ToolNames& names_;
    EncodeNotes& notes_;
    JsonReader reader_;
    std::vector<OpenCall> open_calls_;
    bool any_ = false;  // a turn has been written
    bool ends_with_assistant_ = false;
};

}  // namespace breakwater::cohere
