#pragma once

#include <string>
#include <string_view>

namespace breakwater::sim {

/// The body of an answer that is no chat, and what it is.
struct ResultBody {
    std::string body{};
    std::string_view content_type = "application/json";
};

}  // namespace breakwater::sim
