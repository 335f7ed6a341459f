#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace breakwater::ollama {

/// Seconds since the epoch of "2026-08-17T08:22:52.061545Z" or "2026-08-17T10:22:52+02:00", or nothing.
std::optional<std::int64_t> parse_timestamp(std::string_view text) noexcept;

}  // namespace breakwater::ollama
