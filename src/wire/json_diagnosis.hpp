#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace breakwater {

/// Where a text stops being JSON, and why, in words for a person.
struct JsonFault {
    std::size_t offset;       ///< 0-based byte
    std::string_view reason;  ///< "a string is not closed"; static storage
};

/// Finds the first fault of a text that was refused. Slow and careful, for failures only; it looks at the first
/// MiB, and finds nothing when the fault lies behind that. Nesting costs no stack. Pure.
std::optional<JsonFault> diagnose_json(std::string_view json);

}  // namespace breakwater
