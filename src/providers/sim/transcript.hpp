#pragma once

#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"

namespace breakwater::sim {

/// The body of an answer, and what it is.
struct Transcript {
    std::string body{};
    std::string_view content_type = "application/json";
};

/// The answer to a form with a recording: the simulator does not listen, and says what it was given, in the form that
/// was asked for. The Error is what a server would answer with 400.
Result<Transcript> transcript_of(std::string_view form);

}  // namespace breakwater::sim
