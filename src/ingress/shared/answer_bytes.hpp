#pragma once

#include <cstddef>

#include "breakwater/canonical/chat_response.hpp"

namespace breakwater::ingress {

/// Room for an answer whose text needs few escapes.
std::size_t usual_bytes(const ChatResponse& response) noexcept;

}  // namespace breakwater::ingress
