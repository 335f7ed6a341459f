#pragma once

#include <cstddef>
#include <string_view>
#include <variant>
#include <vector>

#include "../shared/encode_notes.hpp"
#include "breakwater/canonical/chat_request.hpp"

namespace breakwater::anthropic {

struct TextBlock {
    std::string_view text;
};
struct MediaBlock {
    const ContentPart* part;  ///< an image or a file that the API takes
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

/// One content block of the Messages API, as views into the canonical request.
struct Block {
    std::variant<TextBlock, MediaBlock, ReasoningBlock, CallBlock, ResultBlock> what;
    std::string_view cache_control{};
};

struct Turn {
    bool assistant = false;
    std::vector<Block> blocks{};
};

/// The request's messages in the form that the Messages API demands: system text apart, roles merged, every tool result
/// in the user turn right after its call and before anything else there. Borrows from the request.
struct Conversation {
    std::vector<Block> system{};
    std::vector<Turn> turns{};
};

/// How the last turn is treated when it is the assistant's.
enum class Prefill : std::uint8_t { keep, append_user };

Conversation build_conversation(const ChatRequest& request, Prefill prefill, EncodeNotes& notes);

/// At most four breakpoints may be sent; the ones to lose are the oldest of the messages, then of the system text, then
/// of the tools. Clears what is too much and returns how many of the tools' breakpoints (the first ones) have to go as
/// well.
std::size_t limit_cache_control(Conversation& conversation, std::size_t tool_breakpoints, bool automatic_breakpoint,
                                EncodeNotes& notes);

/// True when the model is in the middle of a tool loop and its last turn has no signed reasoning to go on from.
bool open_loop_without_reasoning(const Conversation& conversation);

}  // namespace breakwater::anthropic
