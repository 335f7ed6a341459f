#pragma once

#include <cstdint>
#include <string_view>

#include "breakwater/wire/json_writer.hpp"

namespace breakwater {

/// An annotation of the OpenAI shape: a source, and the part of the answer that rests on it, in UTF-16 code units; 0
/// and 0 where that is not known.
void write_url_citation(JsonWriter& json, std::string_view url, std::string_view title, std::int64_t start,
                        std::int64_t end);

}  // namespace breakwater
