#pragma once

#include <optional>
#include <string_view>

#include "breakwater/base/error.hpp"

namespace breakwater {

/// What the words of a provider's `code` and `type` mean, or nothing. `generic` words ("invalid_request_error",
/// "api_error") are said beside any status, so they count only where there is none.
std::optional<ErrorKind> kind_of_word(std::string_view word, bool generic) noexcept;

/// What the wording of a message means for an answer of that status (below 400: none is known), or nothing. Matches
/// phrases that vendors use, in the first 2 kB, since a message may quote the prompt.
std::optional<ErrorKind> kind_of_message(std::string_view message, int status) noexcept;

}  // namespace breakwater
