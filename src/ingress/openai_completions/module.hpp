#pragma once

#include "breakwater/ingress/ingress.hpp"

namespace breakwater {

/// Client dialect `openai.completions`: POST /v1/completions
/// (https://platform.openai.com/docs/api-reference/completions), which older clients use. Providers that
/// have it are asked there; others chat.
const Ingress& openai_completions_ingress();

}  // namespace breakwater
