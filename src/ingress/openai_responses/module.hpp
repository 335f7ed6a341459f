#pragma once

#include "breakwater/ingress/ingress.hpp"

namespace breakwater {

/// Client dialect `openai.responses`: POST /v1/responses (https://platform.openai.com/docs/api-reference/responses).
const Ingress& openai_responses_ingress();

}  // namespace breakwater
