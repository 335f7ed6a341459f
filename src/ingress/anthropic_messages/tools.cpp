#include "tools.hpp"

#include <algorithm>
#include <array>

namespace breakwater::anthropic_messages {
namespace {

constexpr std::size_t kNameBytesMax = 128;
// Far above what any provider takes; it bounds the work that is done per pair of tools.
constexpr std::size_t kToolsMax = 1024;
constexpr std::array<std::string_view, 4> kChoices{"auto", "any", "tool", "none"};
constexpr std::array<ToolChoice::Mode, 4> kModes{ToolChoice::Mode::automatic, ToolChoice::Mode::required,
                                                 ToolChoice::Mode::named, ToolChoice::Mode::none};

bool is_name_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

bool read_name(const Value& object, std::string& out) {
    if (!object.required("name", out)) return false;
    const std::optional<Value> name = object.find("name");
    if (out.size() > kNameBytesMax) return name->fail("string_above_max_length", "expected at most 128 characters");
    return std::ranges::all_of(out, is_name_character) || name->wrong_value("a name of letters, digits, _ and -");
}

bool read_function(const Value& tool, Tool& out) {
    if (!read_name(tool, out.name) || !tool.optional("description", out.description)) return false;
    const std::optional<Value> schema = tool.find("input_schema");
    if (!schema) return tool.missing("input_schema");
    return schema->read_object(out.parameters) && tool.optional("strict", out.strict);
}

/// `web_search_20250305`, `bash_20250124`, an `mcp_toolset`: named after their type, as hosted tools are.
bool read_hosted(const Value& tool, std::string type, Tool& out) {
    out.kind = Tool::Kind::hosted;
    out.name = std::move(type);
    out.definition = tool.json();
    return true;
}

bool read_tool(const Value& tool, std::vector<Tool>& tools) {
    if (!tool.is_object()) return tool.wrong_type("an object");
    std::string type;
    if (!tool.optional("type", type)) return false;
    Tool out{};
    tool.keep("cache_control", out.cache_control);
    const bool own = type.empty() || type == "custom";
    if (!(own ? read_function(tool, out) : read_hosted(tool, std::move(type), out))) return false;
    tools.push_back(std::move(out));
    return true;
}

}  // namespace

bool read_tools(const Value& tools, std::vector<Tool>& out) {
    return tools.each_item([&](const Value& tool) {
        if (out.size() == kToolsMax) return tools.fail("array_above_max_length", "expected at most 1024 tools");
        return read_tool(tool, out);
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
