#pragma once

#include <string>
#include <string_view>

#include "breakwater/wire/json_reader.hpp"

namespace breakwater::sim {

/// A JSON text that conforms to `schema`, always the same one: what a good model answers to a response format or puts
/// into the arguments of a tool call. Understands type, properties, required, enum, const, anyOf, oneOf, allOf, local
/// $ref with recursion, arrays, the limits of strings, numbers and arrays, and the usual string formats; `pattern` and
/// `not` it cannot satisfy. Whatever the schema asks for, the text stays below about 256 KB. Pure.
std::string sample_json(JsonReader::Element schema);

/// A text for a string schema: `format` if it is one that is known, otherwise a text about `name`. `variant` tells
/// items of one array apart.
std::string sample_string(std::string_view format, std::string_view name, std::size_t variant);

}  // namespace breakwater::sim
