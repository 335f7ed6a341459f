#include "server_tools.hpp"

#include <algorithm>
#include <span>

#include "breakwater/wire/json_writer.hpp"

namespace breakwater::anthropic {

namespace {

// Types carry a date ("web_search_20250305"), so that other vendors' "web_search_preview" is not taken for one.
bool is_dated(std::string_view type, std::span<const std::string_view> names) {
    constexpr std::size_t kDateDigits = 8;
    return std::ranges::any_of(names, [type](std::string_view name) {
        if (!type.starts_with(name)) return false;
        const std::string_view date = type.substr(name.size());
        return date.size() == kDateDigits && date.find_first_not_of("0123456789") == std::string_view::npos;
    });
}

/// Run by the client, or by nobody.
bool is_serverless(std::string_view type) {
    static constexpr std::string_view kNames[] = {"computer_", "bash_", "text_editor_", "memory_"};
    return type.starts_with("tool_search_tool_") || is_dated(type, kNames);
}

bool is_own_type(std::string_view type) {
    static constexpr std::string_view kServers[] = {"web_search_", "web_fetch_", "code_execution_"};
    return type == "mcp_toolset" || is_serverless(type) || is_dated(type, kServers);
}

std::int64_t max_uses(std::string_view context_size) {
    if (context_size == "low") return 1;
    return context_size == "high" ? 5 : 3;
}

std::string web_search(JsonReader::Element options) {
    std::string out;
    JsonWriter writer(out);
    writer.begin_object().field("type", "web_search_20250305").field("name", "web_search");
    if (const auto size = get_string(options, "search_context_size")) writer.field("max_uses", max_uses(*size));
    if (auto location = get_object(options, "user_location")) {
        // The chat-completions API nests what the Responses API and this one write flat.
        if (const auto nested = get_object(*location, "approximate")) location = nested;
        writer.key("user_location").begin_object().field("type", "approximate");
        for (const std::string_view key : {"city", "region", "country", "timezone"}) {
            if (const auto value = get_string(*location, key)) writer.field(key, *value);
        }
        writer.end_object();
    }
    writer.end_object();
    return out;
}

}  // namespace

std::optional<ServerTool> server_tool(std::string_view definition, JsonReader& reader) {
    const Result<JsonReader::Element> tool = reader.parse(definition);
    if (!tool) return std::nullopt;
    const std::string_view type = get_string(*tool, "type").value_or("");
    if (is_own_type(type)) return ServerTool{.json = std::string(definition)};
    if (type.starts_with("web_search")) return ServerTool{.json = web_search(*tool), .mapped = true};
    return std::nullopt;
}

bool is_serverless_tool(std::string_view definition, JsonReader& reader) {
    const Result<JsonReader::Element> tool = reader.parse(definition);
    return tool && is_serverless(get_string(*tool, "type").value_or(""));
}

std::string web_search_tool(std::string_view options) {
    JsonReader reader;
    const Result<JsonReader::Element> parsed = reader.parse(options);
    return parsed ? web_search(*parsed) : R"({"type":"web_search_20250305","name":"web_search"})";
}

}  // namespace breakwater::anthropic
