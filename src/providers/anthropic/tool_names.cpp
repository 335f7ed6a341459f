#include "tool_names.hpp"

#include <algorithm>

namespace breakwater::anthropic {

namespace {

constexpr std::size_t kNameMax = 128;
constexpr std::size_t kCallIdMax = 256;

bool is_allowed(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

bool is_taken(const ChatRequest& request, const std::vector<std::pair<std::string, std::string>>& renamed,
              std::string_view name) {
    return std::ranges::any_of(request.tools, [&](const Tool& tool) { return tool.name == name; }) ||
           std::ranges::any_of(renamed, [&](const auto& entry) { return entry.second == name; });
}

}  // namespace

std::string sanitise_identifier(std::string_view text, std::size_t length_max) {
    std::string out(text.substr(0, length_max));
    for (char& c : out) {
        if (!is_allowed(c)) c = '_';
    }
    if (out.empty()) out = "_";
    return out;
}

std::string wire_call_id(std::string_view id) {
    return sanitise_identifier(id, kCallIdMax);
}

ToolNames::ToolNames(const ChatRequest& request) {
    for (const Tool& tool : request.tools) {
        if (tool.kind == Tool::Kind::hosted) continue;
        const std::string clean = sanitise_identifier(tool.name, kNameMax);
        if (clean == tool.name) continue;
        // Two names may become one; the later gets a suffix, which has to fit as well.
        std::string name = clean;
        for (int suffix = 2; is_taken(request, renamed_, name); ++suffix) {
            const std::string tail = "_" + std::to_string(suffix);
            name = clean.substr(0, kNameMax - tail.size()) + tail;
        }
        renamed_.emplace_back(tool.name, std::move(name));
    }
}

std::string ToolNames::wire(std::string_view name) const {
    for (const auto& [original, wire] : renamed_) {
        if (original == name) return wire;
    }
    return sanitise_identifier(name, kNameMax);
}

std::string_view ToolNames::original(std::string_view wire) const noexcept {
    for (const auto& [original, sent] : renamed_) {
        if (sent == wire) return original;
    }
    return wire;
}

}  // namespace breakwater::anthropic
