#include "openai_tools.hpp"

#include <algorithm>
#include <array>

#include "tool_name.hpp"

namespace breakwater::ingress {
namespace {

// `any` is what some other vendors' users write for `required`.
constexpr std::array<std::string_view, 4> kChoiceWords{"none", "auto", "required", "any"};
constexpr std::array<std::string_view, 2> kAllowedModes{"auto", "required"};

}  // namespace

bool too_many_tools(const Value& tools) {
    return tools.fail("array_above_max_length", "expected at most 1024 tools");
}

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

bool read_choice_word(const Value& choice, ToolChoice& out) {
    using Mode = ToolChoice::Mode;
    constexpr std::array<Mode, kChoiceWords.size()> kModes{Mode::none, Mode::automatic, Mode::required, Mode::required};
    if (!choice.is_string()) return choice.wrong_type("one of none, auto, required, or an object");
    std::size_t word = 0;
    if (!choice.read_word(word, kChoiceWords)) return false;
    out.mode = kModes[word];
    return true;
}

bool read_allowed_mode(const Value& mode, ToolChoice& out) {
    std::size_t word = 0;
    if (!mode.read_word(word, kAllowedModes)) return false;
    out.mode = word == 0 ? ToolChoice::Mode::automatic : ToolChoice::Mode::required;
    return true;
}

bool settle_tool_choice(const std::optional<Value>& given, ChatRequest& request) {
    if (!given) return true;
    const ToolChoice& choice = request.tool_choice;
    const bool optional =
        choice.mode == ToolChoice::Mode::none || (choice.mode == ToolChoice::Mode::automatic && choice.allowed.empty());
    if (request.tools.empty()) {
        if (!optional) return given->fail("invalid_value", "expected only together with tools");
        request.tool_choice = {};
        return true;
    }
    const auto is_chosen = [&](const Tool& tool) { return tool.name == choice.name; };
    if (choice.mode != ToolChoice::Mode::named || std::ranges::any_of(request.tools, is_chosen)) return true;
    return given->fail("invalid_value", "names a tool that is not among tools");
}

}  // namespace breakwater::ingress
