#pragma once

#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::sim {

/// The answer to a request for pictures in OpenAI's form: PNGs of one colour, which prompt and number decide. The Error
/// is what a server would answer with 400.
Result<std::string> pictures_json(JsonReader::Element body);
/// The same for a form with pictures, which decide about the colours too.
Result<std::string> edited_pictures_json(std::string_view form);

}  // namespace breakwater::sim
