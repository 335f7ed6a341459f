#pragma once

#include "breakwater/ingress/ingress.hpp"

namespace breakwater {

/// Client dialect `openai.chat`: POST /v1/chat/completions (https://platform.openai.com/docs/api-reference/chat).
const Ingress& openai_chat_ingress();

}  // namespace breakwater
