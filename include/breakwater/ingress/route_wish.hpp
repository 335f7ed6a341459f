#pragma once

#include "breakwater/base/error.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/routing/route_wish.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater {

/// Takes out of the extensions of an OpenAI-shaped request what it says about its route, so that none of it goes to a
/// provider: `route` (ours), `models` and `provider` (https://openrouter.ai/docs/features/provider-routing),
/// `fallbacks` (https://docs.litellm.ai/docs/proxy/reliability). Errors name the field that was not understood.
/// Requests without such members cost a look at each extension's name.
Result<void> take_route_wish(std::vector<std::pair<std::string, JsonText>>& extensions, JsonReader& reader,
                             RouteWish& wish);

}  // namespace breakwater
