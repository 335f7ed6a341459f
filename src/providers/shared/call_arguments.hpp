#pragma once

#include <string>

#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater {

/// The arguments of a call as the JSON object that most vendors demand.
struct CallArguments {
    std::string json;      ///< always an object
    bool wrapped = false;  ///< what the client sent was none, and stands in a member of its own
};

/// No text and `null` mean no arguments; a custom call's input becomes `{"input": ...}`, any other text `{"_raw":
/// ...}`.
CallArguments object_arguments(const ToolCallPart& call, JsonReader& reader);

}  // namespace breakwater
