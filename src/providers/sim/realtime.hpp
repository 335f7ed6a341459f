#pragma once

#include <memory>
#include <string_view>

#include "breakwater/providers/sim_realtime.hpp"

namespace breakwater::sim {

/// In OpenAI's events.
std::unique_ptr<SimSession> make_realtime(std::string_view model);
/// In the messages of Google's Live API.
std::unique_ptr<SimSession> make_live(std::string_view model);

}  // namespace breakwater::sim
