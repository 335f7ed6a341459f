#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "breakwater/base/clock.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {

/// An HTTP date in any of the three forms of RFC 9110, 5.6.7, or nothing.
/// In seconds, because WallTime ends with the year 2262 and the form with 9999.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

/// `parse_retry_after` for code that has no clock: a date is measured against the answer's own Date header, which also
/// makes it independent of how far the two clocks are apart. Without that header a date says nothing.
std::optional<std::chrono::milliseconds> retry_after_of(const Headers& headers);

/// The time that `text` begins with, and takes it away: "9m38.016s", "174ms", "20 seconds"; seconds without a unit.
/// Nothing when it is none.
std::optional<std::chrono::milliseconds> parse_span(std::string_view& text);

/// The wait that a message asks for in words ("Please try again in 9m38.016s", "retry after 20 seconds"), or nothing.
std::optional<std::chrono::milliseconds> retry_hint(std::string_view message);

}  // namespace breakwater
