#pragma once

#include <string_view>

#include "breakwater/base/error.hpp"
#include "result_body.hpp"

namespace breakwater::sim {

/// The answer to a form with a recording: the simulator does not listen, and says what it was given, in the form that
/// was asked for. The Error is what a server would answer with 400.
Result<ResultBody> transcript_of(std::string_view form);

}  // namespace breakwater::sim
