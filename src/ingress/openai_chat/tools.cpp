#include "tools.hpp"

#include <algorithm>
#include <array>

#include "../shared/tool_name.hpp"

namespace breakwater::openai_chat {
namespace {

using ingress::read_tool_name;

constexpr std::size_t kFunctionsMax = 128;
// Far above what any provider takes; it bounds the work that is done per pair of tools.
constexpr std::size_t kToolsMax = 1024;
// `any` is what some other vendors' users write for `required`.
constexpr std::array<std::string_view, 4> kChoiceWords{"none", "auto", "required", "any"};
constexpr std::array<std::string_view, 2> kLegacyWords{"none", "auto"};
constexpr std::array<std::string_view, 2> kAllowedModes{"auto", "required"};
constexpr std::array<std::string_view, 3> kChoiceTypes{"function", "custom", "allowed_tools"};

bool too_many_tools(const Value& tools) {
    return tools.fail("array_above_max_length", "expected at most 1024 tools");
}

/// What `{"name", "description", "parameters", "strict"}` says, below `function` or in the legacy list.
bool read_function(const Value& function, Tool& out) {
    if (!function.is_object()) return function.wrong_type("an object");
    if (!read_tool_name(function, out.name) || !function.optional("description", out.description)) return false;
    const std::optional<Value> parameters = function.find("parameters");
    if (parameters && !parameters->read_object(out.parameters)) return false;
    return function.optional("strict", out.strict);
}

bool read_custom(const Value& custom, Tool& out) {
    out.kind = Tool::Kind::custom;
    if (!custom.is_object()) return custom.wrong_type("an object");
    if (!read_tool_name(custom, out.name) || !custom.optional("description", out.description)) return false;
    const std::optional<Value> format = custom.find("format");
    return !format || format->read_object(out.definition);
}

bool read_tool(const Value& tool, std::vector<Tool>& out) {
    if (!tool.is_object()) return tool.wrong_type("an object");
    std::string type;
    if (!tool.optional("type", type)) return false;
    // A function without its type is clear enough; anything else has to say what it is.
    if (type.empty() && tool.find("function")) type = "function";
    if (type.empty()) return tool.missing("type");
    Tool result{};
    tool.keep("cache_control", result.cache_control);
    const std::optional<Value> body = tool.find(type);
    if (type == "function" || type == "custom") {
        if (!body) return tool.missing(type);
        if (!(type == "custom" ? read_custom(*body, result) : read_function(*body, result))) return false;
    } else {
        result.kind = Tool::Kind::hosted;
        result.name = std::move(type);
        result.definition = tool.json();
    }
    out.push_back(std::move(result));
    return true;
}

ToolChoice::Mode mode_from(std::string_view word) noexcept {
    if (word == "none") return ToolChoice::Mode::none;
    return word == "required" || word == "any" ? ToolChoice::Mode::required : ToolChoice::Mode::automatic;
}

/// `{"type":"function","function":{"name"}}` and the same with custom.
bool read_reference(const Value& reference, std::string_view type, std::string& name) {
    const std::optional<Value> body = reference.find(type);
    if (!body) return reference.missing(type);
    return body->is_object() ? body->required("name", name) : body->wrong_type("an object");
}

bool read_allowed_tool(const Value& tool, ToolChoice& out) {
    if (!tool.is_object()) return tool.wrong_type("an object");
    std::string type;
    if (!tool.required("type", type)) return false;
    std::string name = type;  // A hosted tool has no other name than its type.
    if ((type == "function" || type == "custom") && !read_reference(tool, type, name)) return false;
    out.allowed.push_back(std::move(name));
    return true;
}

bool read_allowed_tools(const Value& choice, ToolChoice& out) {
    const std::optional<Value> allowed = choice.find("allowed_tools");
    if (!allowed) return choice.missing("allowed_tools");
    if (!allowed->is_object()) return allowed->wrong_type("an object");
    const std::optional<Value> mode = allowed->find("mode");
    const std::optional<Value> tools = allowed->find("tools");
    if (!mode) return allowed->missing("mode");
    if (!tools) return allowed->missing("tools");
    std::string word;
    if (!mode->read_word(word, kAllowedModes)) return false;
    out.mode = mode_from(word);
    const bool read = tools->each_item([&](const Value& tool) {
        if (out.allowed.size() == kToolsMax) return too_many_tools(*tools);
        return read_allowed_tool(tool, out);
    });
    if (!read) return false;
    return !out.allowed.empty() || tools->fail("empty_array", "expected at least one tool");
}

}  // namespace

bool read_tools(const Value& tools, std::vector<Tool>& out) {
    return tools.each_item([&](const Value& tool) {
        if (out.size() == kToolsMax) return too_many_tools(tools);
        return read_tool(tool, out);
    });
}

bool read_tool_choice(const Value& choice, ToolChoice& out) {
    std::string word;
    if (!choice.is_object()) {
        if (!choice.is_string()) return choice.wrong_type("one of none, auto, required, or an object");
        if (!choice.read_word(word, kChoiceWords)) return false;
        out.mode = mode_from(word);
        return true;
    }
    if (const std::optional<Value> type = choice.find("type")) {
        if (!type->read_word(word, kChoiceTypes)) return false;
    } else if (choice.find("function")) {
        word = "function";  // What is meant is clear, and some compatible servers never asked for the type.
    } else {
        return choice.missing("type");
    }
    if (word == "allowed_tools") return read_allowed_tools(choice, out);
    out.mode = ToolChoice::Mode::named;
    out.custom = word == "custom";
    return read_reference(choice, word, out.name);
}

bool read_functions(const Value& functions, std::vector<Tool>& out) {
    const bool read = functions.each_item([&](const Value& function) {
        if (out.size() == kFunctionsMax) {
            return functions.fail("array_above_max_length", "expected at most 128 functions");
        }
        Tool tool{};
        if (!read_function(function, tool)) return false;
        out.push_back(std::move(tool));
        return true;
    });
    if (!read) return false;
    return !out.empty() || functions.fail("empty_array", "expected at least one function");
}

bool read_function_choice(const Value& choice, ToolChoice& out) {
    if (choice.is_object()) {
        out.mode = ToolChoice::Mode::named;
        return choice.required("name", out.name);
    }
    if (!choice.is_string()) return choice.wrong_type("one of none, auto, or an object");
    std::string word;
    if (!choice.read_word(word, kLegacyWords)) return false;
    out.mode = mode_from(word);
    return true;
}

}  // namespace breakwater::openai_chat
