#pragma once

#include <cstdint>
#include <string_view>

namespace breakwater {

/// What the body of an answer turns out to be.
enum class BodyForm : std::uint8_t {
    undecided,  ///< too few bytes to tell
    json,       ///< one object
    sse,
    other,  ///< a page or plain text: not this dialect
};

/// Tells the form from the first bytes, blanks and a BOM before it left out. The content type only decides where they
/// do not: providers send JSON to who asked for a stream, and streams labelled as JSON. `rest` becomes the bytes
/// without what was left out.
BodyForm body_form(std::string_view bytes, bool event_stream, std::string_view& rest) noexcept;

/// True when `json`, which cannot be read, stops inside a string, list or object: it was cut, not malformed.
bool is_cut(std::string_view json) noexcept;

}  // namespace breakwater
