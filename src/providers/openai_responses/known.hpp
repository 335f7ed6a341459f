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
/// The type of an annotation of a text.
bool is_known_annotation(std::string_view type) noexcept;
/// Members of the response itself.
std::span<const std::string_view> response_members() noexcept;
/// Members of events that bring something of the answer.
std::span<const std::string_view> event_members() noexcept;
/// Members of messages, calls and reasoning, and of the parts of a message.
std::span<const std::string_view> item_members() noexcept;
std::span<const std::string_view> part_members() noexcept;
/// Members of `usage`, those of servers that are like the vendor's among them.
std::span<const std::string_view> usage_members() noexcept;

}  // namespace breakwater::openai_responses
