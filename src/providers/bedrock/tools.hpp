#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "../shared/conversation.hpp"
#include "../shared/structured_output.hpp"
#include "../shared/tool_names.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "family.hpp"

namespace breakwater::bedrock {

/// The tools as they go on the wire, and how they may be called.
struct ToolPlan {
    struct Entry {
        std::string name{};  ///< empty for the service's own tools
        std::string_view description{};
        std::string parameters{};
        bool strict = false;
        std::string raw{};  ///< one of the service's own tools, whole
        std::string_view cache_control{};
    };
    std::vector<Entry> tools{};
    std::string_view choice{};   ///< auto, any, tool; empty: nothing is said
    std::string choice_name{};   ///< of choice tool
    bool one_at_a_time = false;  ///< said in Claude's own words, which rule out a `choice`
    std::string instruction{};   ///< for the system text, for what the API cannot say

    [[nodiscard]] std::size_t cache_points() const noexcept;
};

/// What was decided about the request before.
struct ToolContext {
    const Deployment& deployment;
    Family family;
    const StructuredOutput& output;
    const Conversation& conversation;
    const ToolNames& names;
    bool thinks_by_budget;  ///< Claude models refuse to be forced then
};

ToolPlan plan_tools(const ChatRequest& request, const ToolContext& context, EncodeNotes& notes);

/// The member `toolConfig`. `drop_cache_points`: how many, from the first on, are left out.
void write_tools(JsonWriter& writer, const ToolPlan& plan, std::size_t drop_cache_points);

}  // namespace breakwater::bedrock
