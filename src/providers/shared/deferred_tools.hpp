#pragma once

#include <string>
#include <vector>

#include "breakwater/canonical/chat_request.hpp"
#include "encode_notes.hpp"

namespace breakwater {

/// Of dialects that have no search for tools: the model sees all of them from the beginning.
inline void drop_deferred_loading(const std::vector<Tool>& tools, EncodeNotes& notes) {
    for (std::size_t i = 0; i < tools.size(); ++i) {
        if (tools[i].defer_loading)
            notes.change("tools[" + std::to_string(i) + "].defer_loading", AdaptAction::dropped);
    }
}

}  // namespace breakwater
