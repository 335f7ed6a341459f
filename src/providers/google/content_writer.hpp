#pragma once

#include "../shared/tool_names.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "conversation.hpp"

namespace breakwater::google {

/// What the deployment's model and endpoint want to see in the parts of a conversation.
struct PartForm {
    bool call_ids = false;       ///< calls and results carry ids; elsewhere their order links them, and ids are refused
    bool signed_calls = false;   ///< the first call of each of the model's turns must be signed
    bool media_results = false;  ///< results may hold pictures; elsewhere they follow the results
};

/// Writes the conversation as the members `systemInstruction` and `contents`.
class ContentWriter {
public:
    ContentWriter(JsonWriter& writer, const ToolNames& names, PartForm form, EncodeNotes& notes)
        : writer_(writer), names_(names), form_(form), notes_(notes) {}

    /// `instruction`: text of our own that follows the client's, or empty.
    void system(const std::vector<JsonString>& texts, std::string_view instruction);
    void contents(const std::vector<Content>& contents);

private:
    void content(const Content& content);
    void element(const NativePiece& piece);
    template <class Piece>
    void element(const Piece& what);
    void piece(const TextPiece& piece);
    void piece(const MediaPiece& piece);
    void piece(const CallPiece& piece);
    void piece(const ResultPiece& piece);
    void response(const ResultPiece& piece);
    [[nodiscard]] bool belongs_inside(const ContentPart& part) const;

    JsonWriter& writer_;
    const ToolNames& names_;
    PartForm form_;
    EncodeNotes& notes_;
    JsonReader reader_;
    bool first_call_ = true;  // of the content that is being written
};

}  // namespace breakwater::google
