#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/catalog/capabilities.hpp"

namespace breakwater {

/// The number nearest to `value` that `rule` takes, by its values or its range.
double nearest_number(double value, const ParameterRule& rule) noexcept;

/// The supported level nearest to `wanted`; of two equally near ones the higher. `none` stands for no reasoning at all
/// and is only chosen when it was asked for. Nothing when `levels` names no level.
std::optional<ReasoningEffort> nearest_effort(ReasoningEffort wanted, std::span<const std::string> levels) noexcept;

/// The same for words on a scale from low to high; empty when `wanted` or all of `words` are not on it.
std::string_view nearest_word(std::string_view wanted, std::span<const std::string> words) noexcept;

}  // namespace breakwater
