#include "hosted_tools.hpp"

#include <algorithm>

#include "breakwater/wire/json_writer.hpp"

namespace breakwater::google {

std::optional<HostedTool> hosted_tool(std::string_view definition, JsonReader& reader) {
    const Result<JsonReader::Element> tool = reader.parse(definition);
    if (!tool) return std::nullopt;
    const std::string_view type = get_string(*tool, "type").value_or("");
    if (type.starts_with("web_search") || type == "google_search" || type == "googleSearch")
        return HostedTool{.search = true};
    if (type.starts_with("code_execution") || type == "codeExecution" || type == "code_interpreter")
        return HostedTool{.json = R"({"codeExecution":{}})"};
    if (type.starts_with("web_fetch") || type == "url_context" || type == "urlContext")
        return HostedTool{.json = R"({"urlContext":{}})"};
    // Any other of the vendor's own: {"type":"googleMaps","googleMaps":{...}}.
    if (const auto settings = type.empty() ? std::nullopt : get_object(*tool, type)) {
        HostedTool hosted{};
        JsonWriter(hosted.json).begin_object().raw_field(type, to_json(*settings)).end_object();
        return hosted;
    }
    return std::nullopt;
}

bool asks_for_search(const ChatRequest& request) {
    if (!request.web_search_options.empty()) return true;
    JsonReader reader;
    return std::ranges::any_of(request.tools, [&](const Tool& tool) {
        if (tool.kind != Tool::Kind::hosted) return false;
        const std::optional<HostedTool> hosted = hosted_tool(tool.definition, reader);
        return hosted && hosted->search;
    });
}

}  // namespace breakwater::google
