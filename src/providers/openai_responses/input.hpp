#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_set>

#include "../shared/encode_notes.hpp"
#include "../shared/tool_names.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::openai_responses {

/// Writes the member `input`: the conversation as a flat list of items, or the client's own bytes where it speaks this
/// dialect; before it `instructions`, where the client wrote such apart. A turn of the assistant becomes its reasoning
/// items, a message, and an item for each call; a result refers to its call by `call_id`.
class InputWriter {
public:
    /// `provider`: the configured name of the one that is asked.
    InputWriter(JsonWriter& json, std::string_view provider, const ToolNames& names, EncodeNotes& notes)
        : json_(json), provider_(provider), names_(names), notes_(notes) {}

    /// `instruction`: text of our own, said before everything else, or empty.
    void write(const ChatRequest& request, std::string_view instruction);
    /// An item held reasoning that the provider itself had encrypted.
    [[nodiscard]] bool sealed() const noexcept { return sealed_; }

private:
    void message(const Message& message, std::size_t index);
    void assistant(const Message& message, std::size_t index);
    void spoken(const Message& message, std::size_t index);
    /// `first`: where the parts stand in their message.
    void said_by_assistant(std::span<const ContentPart> parts, std::size_t index, std::size_t first);
    void reasoning(const ReasoningPart& part, std::size_t index);
    void call(const ToolCallPart& part);
    void result(const Message& message, std::size_t index);
    void content(const Message& message, std::size_t index);

    JsonWriter& json_;
    std::string_view provider_;
    const ToolNames& names_;
    EncodeNotes& notes_;
    std::unordered_set<std::string_view> custom_calls_;  // ids, as the client wrote them
    bool sealed_ = false;
};

}  // namespace breakwater::openai_responses
