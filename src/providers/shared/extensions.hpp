#pragma once

#include <string_view>

#include "breakwater/canonical/chat_request.hpp"

namespace breakwater {

/// A member that the client sent beside those that the gateway knows, or null when it is not there, or says null.
const JsonText* find_extension(const ChatRequest& request, std::string_view name) noexcept;

/// The same, and before it what a client of the provider's own dialect sent (ChatRequest::own).
const JsonText* find_member(const ChatRequest& request, std::string_view name) noexcept;

}  // namespace breakwater
