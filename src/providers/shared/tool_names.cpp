#include "tool_names.hpp"

#include <algorithm>
#include <unordered_set>

namespace breakwater {

namespace {

bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_allowed(char c) noexcept {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
}

}  // namespace

std::string sanitise_identifier(std::string_view text, NameRules rules) {
    std::string out(text.substr(0, rules.length_max));
    for (char& c : out) {
        if (!is_allowed(c)) c = '_';
    }
    if (out.empty()) return "_";
    if (rules.begins_with_letter && !is_letter(out.front())) {
        out.insert(out.begin(), '_');
        out.resize(std::min(out.size(), rules.length_max));
    }
    return out;
}

ToolNames::ToolNames(const ChatRequest& request, NameRules rules) : rules_(rules) {
    std::unordered_set<std::string_view> taken;
    for (const Tool& tool : request.tools) taken.insert(tool.name);
    std::unordered_map<std::string, int> last_suffix;  // where the search for a free name goes on
    for (const Tool& tool : request.tools) {
        if (tool.kind == Tool::Kind::hosted || wire_by_original_.contains(tool.name)) continue;
        const std::string clean = sanitise_identifier(tool.name, rules);
        if (clean == tool.name) continue;
        // Two names may become one; the later gets a suffix, which has to fit as well.
        std::string name = clean;
        int& suffix = last_suffix.try_emplace(clean, 1).first->second;
        while (taken.contains(name) || original_by_wire_.contains(name)) {
            const std::string tail = "_" + std::to_string(++suffix);
            name = clean.substr(0, rules.length_max - tail.size()) + tail;
        }
        original_by_wire_.emplace(name, tool.name);
        wire_by_original_.emplace(tool.name, std::move(name));
    }
}

std::string ToolNames::wire(std::string_view name) const {
    const auto found = wire_by_original_.find(name);
    return found == wire_by_original_.end() ? sanitise_identifier(name, rules_) : found->second;
}

std::string_view ToolNames::original(std::string_view wire) const noexcept {
    const auto found = original_by_wire_.find(wire);
    return found == original_by_wire_.end() ? wire : std::string_view(found->second);
}

}  // namespace breakwater
