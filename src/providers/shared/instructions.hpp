#pragma once

#include <string>
#include <string_view>

namespace breakwater {

/// What a model is told where its API cannot hold it to a form: to answer with JSON, valid for `schema` unless that is
/// empty. TextFilter takes off the code fence that models write all the same.
std::string json_instruction(std::string_view schema);

/// What a model is told where it cannot be made to call a tool: to call `name`, or any of its tools where that is
/// empty.
std::string call_instruction(std::string_view name);

/// Both texts, or the one that is not empty.
std::string join_instructions(std::string_view first, std::string_view second);

}  // namespace breakwater
