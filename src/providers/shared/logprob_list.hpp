#pragma once

#include <string>

#include "breakwater/wire/json_element.hpp"

namespace breakwater {

/// Makes of `tokens`, a list whose items have the shape that LogprobsEvent wants, the object that it carries. False,
/// and `out` as it was, when there are none.
bool write_logprob_list(std::string& out, JsonElement tokens);

}  // namespace breakwater
