#include "extensions.hpp"

#include <algorithm>

namespace breakwater {

namespace {

using Members = std::vector<std::pair<std::string, JsonText>>;

const JsonText* find(const Members& members, std::string_view name) noexcept {
    const auto found = std::ranges::find_if(members, [&](const auto& member) { return member.first == name; });
    if (found == members.end() || found->second.empty() || found->second == "null") return nullptr;
    return &found->second;
}

}  // namespace

const JsonText* find_extension(const ChatRequest& request, std::string_view name) noexcept {
    return find(request.extensions, name);
}

const JsonText* find_member(const ChatRequest& request, std::string_view name) noexcept {
    const JsonText* own = request.own ? find(request.own->members, name) : nullptr;
    return own != nullptr ? own : find_extension(request, name);
}

}  // namespace breakwater
