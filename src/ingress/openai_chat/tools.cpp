#include "tools.hpp"

#include <array>

#include "../shared/openai_tools.hpp"

namespace breakwater::openai_chat {
namespace {

constexpr std::size_t kFunctionsMax = 128;
constexpr std::array<std::string_view, 2> kLegacyWords{"none", "auto"};
constexpr std::array<std::string_view, 3> kChoiceTypes{"function", "custom", "allowed_tools"};

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
        if (!(type == "custom" ? ingress::read_custom(*body, result) : ingress::read_function(*body, result)))
            return false;
    } else {
        result.kind = Tool::Kind::hosted;
        result.name = std::move(type);
        result.definition = tool.json();
    }
    out.push_back(std::move(result));
    return true;
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
    if (!ingress::read_allowed_mode(*mode, out)) return false;
    const bool read = tools->each_item([&](const Value& tool) {
        if (out.allowed.size() == ingress::kToolsMax) return ingress::too_many_tools(*tools);
        return read_allowed_tool(tool, out);
    });
    if (!read) return false;
    return !out.allowed.empty() || tools->fail("empty_array", "expected at least one tool");
}

}  // namespace

bool read_tools(const Value& tools, std::vector<Tool>& out) {
    return tools.each_item([&](const Value& tool) {
        if (out.size() == ingress::kToolsMax) return ingress::too_many_tools(tools);
        return read_tool(tool, out);
    });
}

bool read_tool_choice(const Value& choice, ToolChoice& out) {
    if (!choice.is_object()) return ingress::read_choice_word(choice, out);
    std::string word;
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
        if (!ingress::read_function(function, tool)) return false;
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
    std::size_t word = 0;
    if (!choice.read_word(word, kLegacyWords)) return false;
    out.mode = word == 0 ? ToolChoice::Mode::none : ToolChoice::Mode::automatic;
    return true;
}

}  // namespace breakwater::openai_chat
