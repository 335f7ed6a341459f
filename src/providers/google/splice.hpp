#pragma once

#include <string_view>

#include "../shared/tool_names.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "traits.hpp"

namespace breakwater::google {

/// The client's own bytes of a request in this dialect, as far as the model takes them as they stand; what is empty is
/// written anew. They hold all that the client said, also where no canonical field does.
struct Splice {
    std::string_view contents{};
    std::string_view system{};
    std::string_view tools{};
};

/// `vertex`: the request goes to Vertex AI, which knows no ids of calls.
Splice splice_of(const ChatRequest& request, Generation generation, bool vertex, const ToolNames& names);

}  // namespace breakwater::google
