#include "turns.hpp"

#include <algorithm>

namespace breakwater::openai {
namespace {

using config::Turns;

bool is_system(const Message& message) noexcept {
    return message.role == Role::system || message.role == Role::developer;
}

bool calls_tools(const Message& message) noexcept {
    return std::ranges::any_of(message.parts,
                               [](const ContentPart& part) { return std::holds_alternative<ToolCallPart>(part); });
}

/// Results of tools stay apart, and so do calls, which have results behind them.
bool are_one(const Message& first, const Message& second, Turns turns) noexcept {
    if (is_system(first) && is_system(second)) return true;
    if (turns != Turns::alternating || first.role != second.role) return false;
    return first.role == Role::user || (first.role == Role::assistant && !calls_tools(first));
}

/// Text that meets text becomes one with it, so that two bare strings become one.
void append(Message& message, const Message& next) {
    auto part = next.parts.begin();
    auto* last = message.parts.empty() ? nullptr : std::get_if<TextPart>(&message.parts.back());
    const auto* first = next.parts.empty() ? nullptr : std::get_if<TextPart>(&next.parts.front());
    if (last != nullptr && first != nullptr) {
        last->text.own().append("\n\n").append(first->text.view());
        if (last->cache_control.empty()) last->cache_control = first->cache_control;
        ++part;
    }
    message.parts.insert(message.parts.end(), part, next.parts.end());
    message.plain = message.plain && next.plain;
    if (!next.cache_control.empty()) message.cache_control = next.cache_control;
}

}  // namespace

const std::vector<Message>& taken_turns(const Encoding& encoding, std::vector<Message>& storage) {
    const std::vector<Message>& messages = encoding.request.messages;
    const Turns turns = encoding.quirks.turns;
    const auto must_join = [turns](const Message& a, const Message& b) { return are_one(a, b, turns); };
    if (turns == Turns::any || std::ranges::adjacent_find(messages, must_join) == messages.end()) return messages;
    encoding.notes.record("messages", AdaptAction::mapped);
    for (const Message& message : messages) {
        if (!storage.empty() && must_join(storage.back(), message)) {
            append(storage.back(), message);
        } else {
            storage.push_back(message);
        }
    }
    return storage;
}

}  // namespace breakwater::openai
