#include <algorithm>

#include "adapt_steps.hpp"

namespace breakwater {
namespace {

constexpr std::string_view kWhy = "only providers of the dialect in which it was sent know it";

/// What is left when the items have gone. False when that is nothing that a model could answer.
bool drop_from(std::vector<Message>& messages) {
    for (Message& message : messages) {
        std::erase_if(message.parts,
                      [](const ContentPart& part) { return std::holds_alternative<NativeItemPart>(part); });
        if (message.role != Role::tool || !message.parts.empty()) continue;
        // Its call stays answered, though by nothing.
        message.parts.emplace_back(TextPart{});
        message.plain = true;
    }
    // A turn that held nothing else says nothing any more.
    std::erase_if(messages, [](const Message& message) { return message.parts.empty() && message.audio.empty(); });
    return std::ranges::any_of(messages, [](const Message& message) {
        return message.role != Role::system && message.role != Role::developer;
    });
}

Result<void> drop_items(BentRequest& request, AdaptPolicy& policy) {
    const std::string* first = nullptr;
    for (const Message& message : request.get().messages) {
        for (const ContentPart& part : message.parts) {
            const auto* item = std::get_if<NativeItemPart>(&part);
            if (item == nullptr) continue;
            if (first == nullptr) first = &item->field;
            if (auto allowed = policy.change(item->field, AdaptAction::dropped, kWhy); !allowed) return allowed;
        }
    }
    if (first == nullptr) return {};
    const std::string field = *first;  // the edited request is another one
    if (drop_from(request.edit().messages)) return {};
    return fail(ErrorKind::unsupported_parameter,
                "The conversation holds nothing but what only providers of the dialect in which it was sent know.",
                field);
}

}  // namespace

Result<void> drop_own_words(BentRequest& request, config::AdaptMode mode, Adaptations& done) {
    if (!request.get().own) return {};
    AdaptPolicy policy(mode, done);
    for (const auto& [name, value] : request.get().own->members) {
        if (auto allowed = policy.change(name, AdaptAction::dropped, kWhy); !allowed) return allowed;
    }
    if (!request.get().own->items) return {};
    return drop_items(request, policy);
}

}  // namespace breakwater
