#pragma once

#include "breakwater/ingress/ingress.hpp"

namespace breakwater {

/// Client dialect `anthropic.messages`: POST /v1/messages (https://docs.anthropic.com/en/api/messages).
const Ingress& anthropic_messages_ingress();

}  // namespace breakwater
