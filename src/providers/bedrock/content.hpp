#pragma once

#include "../shared/conversation.hpp"
#include "../shared/tool_names.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "family.hpp"
#include "media.hpp"

namespace breakwater::bedrock {

/// The block that stands behind what is to be cached; `hint` is the client's cache_control.
void write_cache_point(JsonWriter& writer, std::string_view hint);

/// Writes the conversation as the members `system` and `messages`.
class ContentWriter {
public:
    ContentWriter(JsonWriter& writer, const ToolNames& names, const FamilyTraits& traits, EncodeNotes& notes)
        : writer_(writer), names_(names), traits_(traits), notes_(notes) {}

    /// `instruction`: text of our own that follows the client's, or empty.
    void system(const std::vector<ContentBlock>& blocks, std::string_view instruction);
    void messages(const std::vector<Turn>& turns);

private:
    void blocks(const std::vector<ContentBlock>& blocks);
    void block(const ContentBlock& block);
    void reasoning(const ReasoningPart& part);
    void call(const CallBlock& block);
    void wrapped_arguments(const CallBlock& block, std::string_view key);
    void result(const ResultBlock& block);
    void result_part(const ContentPart& part);
    void result_text(const ClientText& text);

    JsonWriter& writer_;
    const ToolNames& names_;
    const FamilyTraits& traits_;
    EncodeNotes& notes_;
    DocumentNames documents_;
    JsonReader reader_;
};

}  // namespace breakwater::bedrock
