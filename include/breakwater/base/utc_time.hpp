#pragma once

#include <optional>
#include <string_view>

#include "breakwater/base/clock.hpp"

namespace breakwater {

/// A time of RFC 3339 in UTC, "2026-01-02T03:04:05Z", with or without a fraction of a second, which is left out;
/// nothing when it is no such time.
std::optional<WallTime> parse_utc_time(std::string_view text);

}  // namespace breakwater
