#include "own_words.hpp"

#include <algorithm>

namespace breakwater::ingress {

OwnWords& own_words(ChatRequest& request) {
    return request.own ? *request.own : request.own.emplace();
}

bool note_own_member(const Value& member, ChatRequest& request) {
    constexpr std::size_t kNotedMax = 256;
    auto& members = own_words(request).members;
    if (members.size() == kNotedMax) return false;
    members.emplace_back(member.path(), JsonText());
    return true;
}

void note_own_members(const Value& object, std::span<const std::string_view> known, ChatRequest& request) {
    object.each_member([&](std::string_view name, const Value& value) {
        return std::ranges::find(known, name) != known.end() || note_own_member(value, request);
    });
}

}  // namespace breakwater::ingress
