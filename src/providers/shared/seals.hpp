#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace breakwater {

/// Seals of reasoning mean something only to the vendor that made them, and a conversation may go from one vendor to
/// another. Anthropic's travel as they are, so that clients which keep them elsewhere find them unchanged; those of
/// other vendors carry the vendor's name in front, `google:Eto...`: no seal has a colon in it.
std::string mark_seal(std::string_view vendor, std::string_view seal);

/// The seal as `vendor` made it; nothing when it did not.
std::optional<std::string_view> unmark_seal(std::string_view vendor, std::string_view marked) noexcept;

/// True when some vendor's name stands in front.
bool is_marked_seal(std::string_view seal) noexcept;

}  // namespace breakwater
