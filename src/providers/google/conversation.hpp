#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "../shared/encode_notes.hpp"
#include "breakwater/canonical/chat_request.hpp"

namespace breakwater::google {

struct TextPiece {
    JsonString text{};
    std::string_view signature{};  ///< of the text, without the vendor's mark
    bool thought = false;
};
struct MediaPiece {
    const ContentPart* part;  ///< an image, audio or a file that the API takes
};
struct CallPiece {
    const ToolCallPart* part;
    std::size_t message = 0;  ///< where the client put it: messages[message].tool_calls[index]
    std::size_t index = 0;
    std::string signature{};
};
struct ResultPiece {
    const ToolCallPart* call;
    const Message* message;                   ///< null: the client sent no result for the call
    std::vector<const ContentPart*> media{};  ///< of the message, what the API takes beside its text
};

struct NativePiece {
    const NativeItemPart* part;  ///< as the client of this dialect wrote it
};

/// One `part` of the API, as a view into the canonical request.
using Piece = std::variant<TextPiece, MediaPiece, CallPiece, ResultPiece, NativePiece>;

struct Content {
    bool model = false;
    std::vector<Piece> pieces{};
};

/// The request's messages in the form that the API demands: system text apart, roles merged, the results of a turn's
/// calls all together in one content right after it, in the order of the calls. Borrows from the request.
struct Conversation {
    std::vector<JsonString> system{};
    std::vector<Content> contents{};
};

/// How the last turn is treated when it is the model's.
enum class Prefill : std::uint8_t { keep, append_user };

/// `steps`: the endpoint takes what the vendor's own tools did; elsewhere it is left out.
Conversation build_conversation(const ChatRequest& request, Prefill prefill, bool steps, EncodeNotes& notes);

}  // namespace breakwater::google
