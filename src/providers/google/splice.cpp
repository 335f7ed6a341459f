#include "splice.hpp"

#include <algorithm>

#include "signatures.hpp"

namespace breakwater::google {

namespace {

/// The first call of a turn, which newer models want signed; null for a turn that calls nothing.
const ToolCallPart* first_call(const Message& message) noexcept {
    for (const ContentPart& part : message.parts) {
        if (const auto* call = std::get_if<ToolCallPart>(&part)) return call;
    }
    return nullptr;
}

bool is_signed(const Message& message) {
    const ToolCallPart* call = first_call(message);
    return call == nullptr || !call_signature(call->extension).empty();
}

bool is_instruction(const Message& message) noexcept {
    return message.role == Role::system || message.role == Role::developer;
}

/// The user begins, and does not leave the last word to a model that does not take it.
bool is_in_turn(const std::vector<Message>& messages, bool newest) {
    const auto first = std::ranges::find_if_not(messages, is_instruction);
    if (first == messages.end() || first->role == Role::assistant) return false;
    return !newest || messages.back().role != Role::assistant;
}

bool takes_contents(const ChatRequest& request, Generation generation, bool vertex) {
    const bool newest = generation == Generation::levels;
    if (!is_in_turn(request.messages, newest)) return false;
    if (vertex && (request.sent->holds & SentText::call_ids) != 0) return false;
    // Steps of the vendor's own tools, which are refused there.
    if (vertex && request.own && request.own->items) return false;
    return !newest || std::ranges::all_of(request.messages, is_signed);
}

}  // namespace

Splice splice_of(const ChatRequest& request, Generation generation, bool vertex, const ToolNames& names) {
    Splice splice;
    const SentText* sent = request.sent.get();
    if (sent == nullptr || sent->dialect != ClientDialect::google_generate || !names.changes_none()) return splice;
    if (takes_contents(request, generation, vertex)) splice.contents = sent->messages;
    splice.system = sent->system;
    // Older models know one of the two languages of schemas.
    const bool newer_words = sent->tools.find("JsonSchema") != std::string_view::npos ||
                             sent->tools.find("json_schema") != std::string_view::npos;
    if (generation != Generation::schema_only || !newer_words) splice.tools = sent->tools;
    return splice;
}

}  // namespace breakwater::google
