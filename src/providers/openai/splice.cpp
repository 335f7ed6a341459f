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

/// What the client sent, when it is in this dialect.
const SentText* own_text(const Encoding& encoding) noexcept {
    return encoding.request.dialect == ClientDialect::openai_chat ? encoding.request.sent.get() : nullptr;
}

/// The last message is to be continued, and the server wants a mark on it.
bool wants_mark(const Encoding& encoding) noexcept {
    return encoding.quirks.prefill != config::Prefill::plain &&
           encoding.request.messages.back().role == Role::assistant;
}

}  // namespace

std::string_view sent_messages(const Encoding& encoding) {
    const SentText* sent = own_text(encoding);
    if (sent == nullptr || sent->messages.empty() || wants_mark(encoding)) return {};
    return takes_messages(encoding, sent->holds) ? sent->messages : std::string_view();
}

std::string_view sent_tools(const Encoding& encoding) {
    const SentText* sent = own_text(encoding);
    return sent != nullptr && takes_tools(encoding, sent->holds) ? sent->tools : std::string_view();
}

}  // namespace breakwater::openai
