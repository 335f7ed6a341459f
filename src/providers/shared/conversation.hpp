#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "breakwater/canonical/chat_request.hpp"
#include "encode_notes.hpp"

namespace breakwater {

struct TextBlock {
    JsonString text;
};
struct MediaBlock {
    const ContentPart* part;  ///< an image, a file or audio that the API takes
};
struct ReasoningBlock {
    const ReasoningPart* part;
};
struct CallBlock {
    const ToolCallPart* part;
    std::size_t message = 0;  ///< where the client put it: messages[message].tool_calls[index]
    std::size_t index = 0;
};
struct ResultBlock {
    std::string_view call_id;
    const Message* message;                   ///< null: the client sent no result for the call
    std::vector<const ContentPart*> parts{};  ///< of the message, those that the API takes
};
struct NativeBlock {
    const NativeItemPart* part;  ///< as a client of the same dialect wrote it, its hint for the cache included
};

/// One content block as the Messages API and what is modelled on it (Bedrock's Converse) have them, as views into the
/// canonical request.
struct ContentBlock {
    std::variant<TextBlock, MediaBlock, ReasoningBlock, CallBlock, ResultBlock, NativeBlock> what;
    std::string_view cache_control{};
};

struct Turn {
    bool assistant = false;
    std::vector<ContentBlock> blocks{};
};

/// The request's messages in the form that these APIs demand: system text apart, roles merged, every tool result
/// in the user turn right after its call and before anything else there. Borrows from the request.
struct Conversation {
    std::vector<ContentBlock> system{};
    std::vector<Turn> turns{};
};

/// How the last turn is treated when it is the assistant's.
enum class Prefill : std::uint8_t { keep, append_user };

/// What dialects of this form do each in their own way.
struct ConversationRules {
    /// Whether an image, a file or audio can be sent; what cannot goes into the notes. `field`: the part's place in the
    /// request.
    bool (*accept_media)(const ContentPart& part, const std::string& field, EncodeNotes& notes);
    Prefill prefill = Prefill::keep;
};

Conversation build_conversation(const ChatRequest& request, const ConversationRules& rules, EncodeNotes& notes);

/// At most four breakpoints may be sent; the ones to lose are the oldest of the messages, then of the system text, then
/// of the tools. Clears what is too much and returns how many of the tools' breakpoints (the first ones) have to go as
/// well.
std::size_t limit_cache_control(Conversation& conversation, std::size_t tool_breakpoints, bool automatic_breakpoint,
                                EncodeNotes& notes);

/// True when the model is in the middle of a tool loop and its last turn has no signed reasoning to go on from.
bool open_loop_without_reasoning(const Conversation& conversation);

}  // namespace breakwater
