#pragma once

#include "../shared/conversation.hpp"
#include "../shared/tool_names.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::anthropic {

/// Writes the conversation as the members `system` and `messages`. Call arguments that are no JSON object are wrapped,
/// because the API takes nothing else.
class ContentWriter {
public:
    ContentWriter(JsonWriter& writer, const ToolNames& names, EncodeNotes& notes)
        : writer_(writer), names_(names), notes_(notes) {}

    /// `instruction`: text of our own that follows the client's, or empty.
    void system(const std::vector<ContentBlock>& blocks, std::string_view instruction);
    void messages(const std::vector<Turn>& turns);

private:
    void block(const ContentBlock& block);
    void text(JsonString text);
    void reasoning(const ReasoningPart& part);
    void call(const CallBlock& block);
    void result(const ResultBlock& block);
    void result_content(const std::vector<const ContentPart*>& parts);

    JsonWriter& writer_;
    const ToolNames& names_;
    EncodeNotes& notes_;
    JsonReader reader_;
};

}  // namespace breakwater::anthropic
