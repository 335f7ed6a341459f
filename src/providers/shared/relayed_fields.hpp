#pragma once

#include "breakwater/wire/http_message.hpp"

namespace breakwater {

/// What a client may know of the head of a provider's answer: what its bytes are, its limits, when to try again. For
/// decoders that pass answers on.
Headers relayed_fields(const Headers& answer);

}  // namespace breakwater
