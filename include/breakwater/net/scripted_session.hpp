#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "breakwater/exchange/streams.hpp"

namespace breakwater {

class Worker;

/// A realtime session without a network: what a SimSession says, as an upstream call that leaves HTTP. `name` is the
/// provider's, for messages; `model` the deployment's.
std::unique_ptr<UpstreamCall> make_scripted_session(Worker& worker, std::string name, std::string_view model);

}  // namespace breakwater
