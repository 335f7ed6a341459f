#pragma once

#include "breakwater/ingress/ingress.hpp"

namespace breakwater {

/// Client dialect `openai.completions`: POST /v1/completions
/// (https://platform.openai.com/docs/api-reference/completions), which older clients use, answered by chats.
const Ingress& openai_completions_ingress();

}  // namespace breakwater
