#include "instructions.hpp"

namespace breakwater {

std::string json_instruction(std::string_view schema) {
    std::string text = "Answer only with a JSON ";
    text += schema.empty() ? "object" : "document that is valid for the JSON schema below";
    text += ", with no other text before or after it and no code fence.";
    if (!schema.empty()) text.append("\n\n").append(schema);
    return text;
}

std::string call_instruction(std::string_view name) {
    if (name.empty()) return "You must call at least one of the tools in your next answer.";
    return "You must call the tool " + std::string(name) + " in your next answer.";
}

std::string join_instructions(std::string_view first, std::string_view second) {
    std::string text(first);
    if (!first.empty() && !second.empty()) text += "\n\n";
    return text.append(second);
}

}  // namespace breakwater
