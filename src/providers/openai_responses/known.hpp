#pragma once

#include <span>
#include <string_view>

namespace breakwater::openai_responses {

// What the API is known to send (https://platform.openai.com/docs/api-reference/responses-streaming), whether the
// gateway has a use for it or not; anything else is counted.

/// The type of an event of a stream.
bool is_known_event(std::string_view type) noexcept;
/// The type of an item of the answer.
bool is_known_item(std::string_view type) noexcept;
/// Why a response ended: its status, or the reason in its `incomplete_details`.
bool is_known_end(std::string_view native) noexcept;
/// Members of the response itself.
std::span<const std::string_view> response_members() noexcept;

}  // namespace breakwater::openai_responses
