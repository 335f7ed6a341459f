#pragma once

#include <string_view>

#include "breakwater/canonical/chat_request.hpp"
#include "encode_notes.hpp"

namespace breakwater {

/// Of a request of the provider's own dialect: members within `list` ("tools[") that the gateway does not know, where
/// the list is written anew and not sent on as the client wrote it.
inline void drop_noted_members(const ChatRequest& request, std::string_view list, EncodeNotes& notes) {
    if (!request.own) return;
    for (const auto& [name, value] : request.own->members) {
        if (name.starts_with(list)) notes.change(name, AdaptAction::dropped);
    }
}

}  // namespace breakwater
