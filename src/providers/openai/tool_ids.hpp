#pragma once

#include <string>
#include <string_view>

#include "breakwater/config/quirks.hpp"

namespace breakwater::openai {

/// The server takes the id as it is.
bool is_upstream_tool_id(const config::Quirks& quirks, std::string_view id) noexcept;
/// A tool call id that the server takes. Ids that fit stay; a foreign one becomes a hash of itself, so that call and
/// result get the same one without a table, and so does the next request, which keeps the provider's prompt cache.
std::string upstream_tool_id(const config::Quirks& quirks, std::string_view id);

}  // namespace breakwater::openai
