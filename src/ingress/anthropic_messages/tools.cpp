#include "tools.hpp"

#include <array>

#include "../shared/openai_tools.hpp"
#include "../shared/own_words.hpp"
#include "../shared/tool_name.hpp"

namespace breakwater::anthropic_messages {
namespace {

constexpr std::array<std::string_view, 4> kChoices{"auto", "any", "tool", "none"};
constexpr std::array<ToolChoice::Mode, 4> kModes{ToolChoice::Mode::automatic, ToolChoice::Mode::required,
                                                 ToolChoice::Mode::named, ToolChoice::Mode::none};

/// What a function is read from, and how its arguments are streamed, which changes nothing in them.
constexpr std::array<std::string_view, 8> kMembers{"name", "description", "input_schema",  "cache_control",
                                                   "type", "strict",      "defer_loading", "eager_input_streaming"};

bool read_function(const Value& tool, Tool& out) {
    if (!ingress::read_tool_name(tool, out.name, "") || !tool.optional("description", out.description)) return false;
    const std::optional<Value> schema = tool.find("input_schema");
    if (!schema) return tool.missing("input_schema");
    return schema->read_object(out.parameters) && tool.optional("strict", out.strict) &&
           tool.optional("defer_loading", out.defer_loading);
}

/// `web_search_20250305`, `bash_20250124`, an `mcp_toolset`: named after their type, as hosted tools are.
bool read_hosted(const Value& tool, std::string type, Tool& out) {
    out.kind = Tool::Kind::hosted;
    out.name = std::move(type);
    out.definition = tool.json();
    return true;
}

bool read_tool(const Value& tool, ChatRequest& request) {
    if (!tool.is_object()) return tool.wrong_type("an object");
    std::string type;
    if (!tool.optional("type", type)) return false;
    Tool out{};
    tool.keep("cache_control", out.cache_control);
    const bool own = type.empty() || type == "custom";
    if (!(own ? anthropic_messages::read_function(tool, out) : read_hosted(tool, std::move(type), out))) return false;
    if (own) ingress::note_own_members(tool, kMembers, request);
    request.tools.push_back(std::move(out));
    return true;
}

}  // namespace

bool read_tools(const Value& tools, ChatRequest& request) {
    return tools.each_item([&](const Value& tool) {
        if (request.tools.size() == ingress::kToolsMax) return ingress::too_many_tools(tools);
        return read_tool(tool, request);
    });
}

bool read_tool_choice(const Value& choice, ChatRequest& request) {
    if (!choice.is_object()) return choice.wrong_type("an object with type");
    const std::optional<Value> type = choice.find("type");
    if (!type) return choice.missing("type");
    std::size_t word = 0;
    if (!type->read_word(word, kChoices)) return false;
    ToolChoice& out = request.tool_choice;
    out.mode = kModes.at(word);
    if (out.mode == ToolChoice::Mode::named && !choice.required("name", out.name)) return false;
    bool alone = false;
    if (!choice.optional("disable_parallel_tool_use", alone)) return false;
    if (alone) request.parallel_tool_calls = false;
    return true;
}

}  // namespace breakwater::anthropic_messages
