#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "../shared/encode_notes.hpp"
#include "../shared/tool_names.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/routing/deployment.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::cohere {

/// The tools of the request as they go on the wire, and how they may be called.
struct ToolPlan {
    struct Entry {
        std::string name{};
        std::string_view description{};
        std::string parameters{};
    };
    std::vector<Entry> tools{};
    std::string_view choice{};  ///< REQUIRED, NONE; empty: the model decides
    bool strict = false;        ///< the API holds all tools to their schemas, or none
    std::string instruction{};  ///< for the system text, where a choice cannot be forced
};

ToolPlan plan_tools(const ChatRequest& request, const Deployment& deployment, const ToolNames& names,
                    EncodeNotes& notes);

/// The members `tools`, `strict_tools` and `tool_choice`.
void write_tools(JsonWriter& writer, const ToolPlan& plan);

}  // namespace breakwater::cohere
