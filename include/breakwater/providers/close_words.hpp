#pragma once

#include <optional>
#include <string_view>

#include "breakwater/base/error.hpp"

namespace breakwater {

/// What the words of a Close frame in place of a realtime session mean beside codes that mean little, or nothing:
/// phrases of Google's Live API (https://ai.google.dev/api/live). Asked by who opens sessions. `of_payload`: the code
/// says that the client's message is at fault, which may name many things that are not found; it is the model only
/// where the words begin with its name. Pure.
std::optional<ErrorKind> kind_of_close_words(std::string_view reason, bool of_payload);

}  // namespace breakwater
