#pragma once

#include <string>
#include <string_view>

#include "breakwater/providers/provider.hpp"

namespace breakwater {

/// The client's setup of a session of Google's Live API, byte for byte, but for the name of the model.
std::string live_setup(const RealtimeRequest& request, std::string_view model);

/// The address of such a session at the Gemini API, below the host's.
std::string_view live_target(const RealtimeRequest& request) noexcept;

/// The provider has sessions, and not in the client's words.
std::unexpected<Error> speaks_other_sessions(const EncodeContext& context, SessionDialect spoken);

}  // namespace breakwater
