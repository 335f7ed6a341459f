#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "breakwater/wire/json_reader.hpp"

namespace breakwater::bench {

enum class DeltaScan : std::uint8_t {
    content,  ///< the delta has a member with content
    empty,    ///< the delta has none
    unknown,  ///< there is no delta, or it is written in a way that only a parser understands
};

/// Looks into the first `"delta"` of a stream event, without parsing the rest and without a copy. Whole objects end
/// with `}`; an event that does not is unknown, so that one cut elsewhere is not taken for content. `offset` is where
/// the delta of the event before stood, and is updated: within a stream the text before it hardly ever changes its
/// length.
DeltaScan scan_delta(std::string_view data, std::size_t& offset) noexcept;

/// The same question to a parsed delta.
bool has_content(JsonReader::Element delta);

}  // namespace breakwater::bench
