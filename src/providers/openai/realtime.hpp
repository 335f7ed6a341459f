#pragma once

#include "../shared/api_target.hpp"
#include "breakwater/providers/provider.hpp"

namespace breakwater::openai {

/// A session's request without headers but those of its own, and what reads an answer that refuses it
/// (https://platform.openai.com/docs/guides/realtime-websocket).
ProviderCall encode_realtime(const RealtimeRequest& request, const ApiTarget& target, std::string_view model);

/// The same of a session of Google's Live API that the gateway plays itself, for the simulator.
ProviderCall encode_played_live(const RealtimeRequest& request, std::string_view model);

}  // namespace breakwater::openai
