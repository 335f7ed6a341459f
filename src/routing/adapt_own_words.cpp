#include <algorithm>

#include "adapt_steps.hpp"

namespace breakwater {
namespace {

constexpr std::string_view kWhy = "only providers of the dialect in which it was sent know it";

Result<void> drop_items(BentRequest& request, AdaptPolicy& policy) {
    for (const Message& message : request.get().messages) {
        for (const ContentPart& part : message.parts) {
            const auto* item = std::get_if<NativeItemPart>(&part);
            if (item == nullptr) continue;
            if (auto allowed = policy.change(item->field, AdaptAction::dropped, kWhy); !allowed) return allowed;
        }
    }
    std::vector<Message>& messages = request.edit().messages;
    for (Message& message : messages) {
        std::erase_if(message.parts,
                      [](const ContentPart& part) { return std::holds_alternative<NativeItemPart>(part); });
    }
    // A turn that held nothing else says nothing any more.
    std::erase_if(messages, [](const Message& message) { return message.parts.empty() && message.audio.empty(); });
    return {};
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
