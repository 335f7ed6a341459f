#include "tools.hpp"

#include <algorithm>
#include <array>

#include "../shared/openai_tools.hpp"
#include "../shared/own_words.hpp"
#include "../shared/tool_name.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "member.hpp"
#include "schema.hpp"

namespace breakwater::google_generate {
namespace {

constexpr Name kParametersSchema{"parametersJsonSchema", "parameters_json_schema"};
constexpr Name kAllowed{"allowedFunctionNames", "allowed_function_names"};
constexpr std::array<std::string_view, 5> kMembers{"name", "description", "parameters", kParametersSchema.camel,
                                                   kParametersSchema.snake};
constexpr std::array<std::string_view, 5> kModes{"mode_unspecified", "auto", "any", "none", "validated"};

bool add(const Value& place, Tool tool, std::vector<Tool>& out) {
    if (out.size() == ingress::kToolsMax) return ingress::too_many_tools(place);
    out.push_back(std::move(tool));
    return true;
}

bool read_function(const Value& function, ChatRequest& out) {
    Tool tool{};
    if (!function.is_object()) return function.wrong_type("an object");
    if (!ingress::read_tool_name(function, tool.name) || !function.optional("description", tool.description))
        return false;
    const std::optional<Value> schema = find(function, kParametersSchema);
    const std::optional<Value> openapi = function.find("parameters");
    if (schema && openapi) return schema->fail("invalid_value", "cannot be used together with parameters");
    if (schema && !schema->read_object(tool.parameters)) return false;
    if (openapi && !read_openapi_schema(*openapi, tool.parameters)) return false;
    ingress::note_own_members(function, kMembers, out);
    return add(function, std::move(tool), out.tools);
}

/// A tool that the vendor runs: its settings stand below its name, for the vendor to read.
Tool hosted(std::string_view name, const Value& settings) {
    Tool tool{.kind = Tool::Kind::hosted, .name = std::string(name)};
    JsonWriter json(tool.definition);
    json.begin_object().field("type", name).raw_field(name, settings.json()).end_object();
    return tool;
}

bool read_tool(const Value& tool, ChatRequest& out) {
    return each_named(tool, [&](std::string_view name, const Value& value) {
        if (name == "functionDeclarations") {
            return value.each_item([&](const Value& function) { return read_function(function, out); });
        }
        // A search without settings is one that other vendors have too.
        if (name == "googleSearch" && value.json() == "{}") {
            out.web_search_options = "{}";
            return true;
        }
        if (name == "codeExecution") return add(value, hosted("code_execution", value), out.tools);
        if (name == "urlContext") return add(value, hosted("url_context", value), out.tools);
        // Other dialects name the kind of a tool so.
        if (name == "type") return value.fail("invalid_value", "expected functionDeclarations, or a tool by its name");
        return add(value, hosted(name, value), out.tools);
    });
}

bool read_calling(const Value& calling, Draft& draft) {
    ToolChoice& out = draft.request.tool_choice;
    if (!calling.is_object()) return calling.wrong_type("an object");
    std::string word(kModes.front());
    if (const std::optional<Value> mode = calling.find("mode")) {
        word = to_lower(mode->text());
        if (std::ranges::find(kModes, word) == kModes.end())
            return mode->wrong_value("one of AUTO, ANY, NONE, VALIDATED");
        // Calls held to their schemas: other vendors have that by function, if at all.
        if (word == kModes.back()) keep_member("functionCallingMode", *mode, draft);
    }
    if (const std::optional<Value> allowed = find(calling, kAllowed)) {
        if (!allowed->each_item([&](const Value& name) { return name.read(out.allowed.emplace_back()); })) return false;
    }
    if (word == "none") {
        out.mode = ToolChoice::Mode::none;
    } else if (word != "any") {
        if (word != kModes.front() || !out.allowed.empty()) out.mode = ToolChoice::Mode::automatic;
    } else if (out.allowed.size() == 1) {
        out.mode = ToolChoice::Mode::named;
        out.name = std::move(out.allowed.front());
        out.allowed.clear();
    } else {
        out.mode = ToolChoice::Mode::required;
    }
    return true;
}

}  // namespace

bool read_tools(const Value& tools, ChatRequest& out) {
    return tools.each_item([&](const Value& tool) { return read_tool(tool, out); });
}

bool read_tool_config(const Value& config, Draft& draft) {
    return each_named(config, [&](std::string_view name, const Value& value) {
        if (name == "functionCallingConfig") return read_calling(value, draft);
        // The vendor's encoder says itself when both kinds of tools may be called.
        if (name != "includeServerSideToolInvocations") keep_member(name, value, draft);
        return true;
    });
}

}  // namespace breakwater::google_generate
