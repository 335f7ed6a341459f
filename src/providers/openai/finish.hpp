#pragma once

#include <string_view>

#include "breakwater/canonical/stream_event.hpp"

namespace breakwater::openai {

/// What a provider's finish_reason means. An unknown word ends the answer as `stop` does.
FinishReason finish_reason_of(std::string_view word) noexcept;

/// Whether some provider is known to use the word.
bool is_known_finish(std::string_view word) noexcept;

/// Words that providers put where a finish_reason belongs, though the answer was not finished.
bool is_failed_finish(std::string_view word) noexcept;

}  // namespace breakwater::openai
