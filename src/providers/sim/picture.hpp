#pragma once

#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "result_body.hpp"

namespace breakwater::sim {

/// The answer to a request for pictures in OpenAI's form, or its stream: PNGs of one colour, which prompt and number
/// decide. The Error is what a server would answer with 400.
Result<ResultBody> draw_pictures(JsonReader::Element body);
/// The same for a form with pictures, which decide about the colours too.
Result<ResultBody> edit_pictures(std::string_view form);

}  // namespace breakwater::sim
