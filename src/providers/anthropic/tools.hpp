#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../shared/conversation.hpp"
#include "../shared/structured_output.hpp"
#include "../shared/tool_names.hpp"
#include "breakwater/routing/deployment.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::anthropic {

/// The tools of the request as they go on the wire, in order.
struct ToolPlan {
    struct Entry {
        std::string name{};  ///< empty for server tools
        std::string_view description{};
        std::string parameters{};
        bool strict = false;
        bool deferred = false;  ///< seen only by a model that has searched for it
        std::string raw{};      ///< a server tool's whole object
        std::string_view cache_control{};
    };
    std::vector<Entry> tools{};
    bool only_stubs = false;  ///< for names in the history; none may be called

    [[nodiscard]] std::size_t breakpoints() const noexcept;
};

ToolPlan plan_tools(const ChatRequest& request, const Deployment& deployment, const StructuredOutput& output,
                    const Conversation& conversation, const ToolNames& names, EncodeNotes& notes);

struct ToolChoicePlan {
    std::string_view type{};  ///< auto, any, none, tool; empty: nothing is said
    std::string name{};
    bool disable_parallel = false;
    std::string instruction{};  ///< for the system text, where a choice cannot be forced
};

ToolChoicePlan plan_tool_choice(const ChatRequest& request, const Deployment& deployment, const ToolPlan& tools,
                                const StructuredOutput& output, bool thinks_by_budget, const ToolNames& names,
                                EncodeNotes& notes);

/// `drop_breakpoints`: how many cache hints, from the first on, are left out. `eager`: arguments stream token by token.
void write_tools(JsonWriter& writer, const ToolPlan& plan, std::size_t drop_breakpoints, bool eager);
void write_tool_choice(JsonWriter& writer, const ToolChoicePlan& choice);

}  // namespace breakwater::anthropic
