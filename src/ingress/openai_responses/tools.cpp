#include "tools.hpp"

#include "../shared/openai_tools.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater::openai_responses_client {
namespace {

/// The chat API nests what describes a grammar, and so does the canonical form.
bool nest_grammar(const Value& tool, Tool& out) {
    const std::optional<Value> format = tool.find("format");
    if (!format) return true;
    std::string type;
    if (!format->required("type", type)) return false;
    if (type != "grammar") return true;
    std::string syntax;
    std::string definition;
    if (!format->required("syntax", syntax) || !format->required("definition", definition)) return false;
    out.definition.clear();
    JsonWriter json(out.definition);
    json.begin_object().field("type", "grammar").key("grammar").begin_object();
    json.field("syntax", syntax).field("definition", definition).end_object().end_object();
    return true;
}

bool read_tool(const Value& tool, Tool& out) {
    if (!tool.is_object()) return tool.wrong_type("an object");
    std::string type;
    if (!tool.required("type", type)) return false;
    if (type == "function") return ingress::read_function(tool, out);
    if (type == "custom") return ingress::read_custom(tool, out) && nest_grammar(tool, out);
    out.kind = Tool::Kind::hosted;
    out.name = std::move(type);
    out.definition = tool.json();
    return true;
}

/// `{"type":"function","name"}`, the same with custom, or the type of a hosted tool, which is all the name that it has.
bool read_reference(const Value& reference, std::string& name, bool& custom) {
    if (!reference.is_object()) return reference.wrong_type("an object");
    std::string type;
    if (!reference.required("type", type)) return false;
    custom = type == "custom";
    if (custom || type == "function") return reference.required("name", name);
    if (const std::optional<Value> server = reference.find("server_label")) {
        return server->fail("unsupported_parameter", "one server among several cannot be chosen; leave it out");
    }
    name = std::move(type);
    return true;
}

bool read_allowed_tools(const Value& choice, ToolChoice& out) {
    const std::optional<Value> mode = choice.find("mode");
    const std::optional<Value> tools = choice.find("tools");
    if (!mode) return choice.missing("mode");
    if (!tools) return choice.missing("tools");
    if (!ingress::read_allowed_mode(*mode, out)) return false;
    const bool read = tools->each_item([&](const Value& tool) {
        if (out.allowed.size() == ingress::kToolsMax) return ingress::too_many_tools(*tools);
        bool custom = false;
        return read_reference(tool, out.allowed.emplace_back(), custom);
    });
    if (!read) return false;
    return !out.allowed.empty() || tools->fail("empty_array", "expected at least one tool");
}

}  // namespace

bool read_tools(const Value& tools, std::vector<Tool>& out) {
    return tools.each_item([&](const Value& tool) {
        if (out.size() == ingress::kToolsMax) return ingress::too_many_tools(tools);
        return read_tool(tool, out.emplace_back());
    });
}

bool read_tool_choice(const Value& choice, ToolChoice& out) {
    if (!choice.is_object()) return ingress::read_choice_word(choice, out);
    const std::optional<Value> type = choice.find("type");
    if (type && type->text() == "allowed_tools") return read_allowed_tools(choice, out);
    out.mode = ToolChoice::Mode::named;
    return read_reference(choice, out.name, out.custom);
}

}  // namespace breakwater::openai_responses_client
