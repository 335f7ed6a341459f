#include "extensions.hpp"

#include <algorithm>

namespace breakwater {

const JsonText* find_extension(const ChatRequest& request, std::string_view name) noexcept {
    const auto found =
        std::ranges::find_if(request.extensions, [&](const auto& member) { return member.first == name; });
    if (found == request.extensions.end() || found->second.empty() || found->second == "null") return nullptr;
    return &found->second;
}

}  // namespace breakwater
