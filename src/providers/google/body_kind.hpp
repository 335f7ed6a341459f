#pragma once

#include <cstdint>
#include <string_view>

namespace breakwater {

/// What a body is, by its first byte: proxies mix up the content types of streams and whole answers.
enum class BodyKind : std::uint8_t {
    unknown,  ///< nothing but white space so far
    events,   ///< server-sent events
    whole,    ///< one JSON value
    markup,
    other,
};

/// Skips leading white space of `bytes`, the first ones of a body. The content type decides where they do not.
BodyKind body_kind(std::string_view& bytes, std::string_view content_type);

}  // namespace breakwater
