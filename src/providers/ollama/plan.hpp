#pragma once

#include <string>
#include <vector>

#include "../shared/encode_notes.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/routing/deployment.hpp"

namespace breakwater::ollama {

/// A tool as it goes on the wire.
struct OfferedTool {
    const Tool* tool;
    std::string parameters{};
};

/// What has to be decided before a byte of the request is written: what is said in words goes into the first system
/// message. Borrows from the request.
struct RequestPlan {
    std::vector<OfferedTool> tools{};
    std::string format{};        ///< the value of `format`, as JSON; empty: text
    std::string instruction{};   ///< text of our own for the system message, or empty
    bool asks_for_json = false;  ///< JSON is asked for in words, so that the answer may come in a code fence
};

/// The decoder plans the same request again to know what it asked for, so this is a function of its arguments.
RequestPlan plan_request(const ChatRequest& request, const Deployment& deployment, EncodeNotes& notes);

}  // namespace breakwater::ollama
