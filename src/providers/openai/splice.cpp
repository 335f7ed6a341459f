#include "splice.hpp"

#include <algorithm>

#include "tool_ids.hpp"

namespace breakwater::openai {
namespace {

bool keeps_call_ids(const Encoding& encoding, const Message& message) {
    if (message.role == Role::tool) return is_upstream_tool_id(encoding.quirks, message.tool_call_id);
    return std::ranges::all_of(message.parts, [&](const ContentPart& part) {
        const auto* call = std::get_if<ToolCallPart>(&part);
        return call == nullptr || is_upstream_tool_id(encoding.quirks, call->id);
    });
}

bool takes_messages(const Encoding& encoding, std::uint8_t holds) {
    const config::Quirks& quirks = encoding.quirks;
    if ((holds & SentText::developers) != 0 && !takes_developer_role(encoding)) return false;
    if ((holds & SentText::names) != 0 && !quirks.message_names) return false;
    if ((holds & SentText::text_lists) != 0 && !quirks.text_lists) return false;
    if ((holds & SentText::lone_texts) != 0 && !(encoding.official() && quirks.text_lists)) return false;
    if ((holds & SentText::call_ids) == 0) return true;
    return std::ranges::all_of(encoding.request.messages,
                               [&](const Message& message) { return keeps_call_ids(encoding, message); });
}

bool takes_tools(const Encoding& encoding, std::uint8_t holds) {
    if ((holds & SentText::bare_functions) != 0 && !encoding.official()) return false;
    return (holds & SentText::strict_functions) == 0 || encoding.quirks.strict_tools;
}

/// The last message is to be continued, and the server wants a mark within it.
bool wants_mark(const Encoding& encoding) noexcept {
    const config::Prefill mark = encoding.quirks.prefill;
    return (mark == config::Prefill::prefix || mark == config::Prefill::partial) &&
           encoding.request.messages.back().role == Role::assistant;
}

/// What the client sent in this dialect; null when it spoke another one.
const SentText* sent_text(const Encoding& encoding) noexcept {
    const SentText* sent = encoding.request.sent.get();
    return sent != nullptr && sent->dialect == ClientDialect::openai_chat ? sent : nullptr;
}

}  // namespace

std::string_view sent_messages(const Encoding& encoding) {
    const SentText* sent = sent_text(encoding);
    if (sent == nullptr || sent->messages.empty() || wants_mark(encoding)) return {};
    return takes_messages(encoding, sent->holds) ? sent->messages : std::string_view();
}

std::string_view sent_tools(const Encoding& encoding) {
    const SentText* sent = sent_text(encoding);
    return sent != nullptr && takes_tools(encoding, sent->holds) ? sent->tools : std::string_view();
}

SharedTail tail_of(const ChatRequest& request, std::string_view messages) {
    const std::string& body = request.sent->body;
    const auto at = static_cast<std::size_t>(messages.data() - body.data());
    return {.text = std::shared_ptr<const std::string>(request.sent, &body),
            .at = at,
            .end = at + messages.size(),
            .after = "}"};
}

std::size_t long_messages_bytes(const ChatRequest& request) noexcept {
    const std::size_t messages = request.sent ? request.sent->messages.size() : 0;
    return messages < SharedTail::kBytesLeast ? 0 : std::min(messages, request.body_bytes);
}

}  // namespace breakwater::openai
