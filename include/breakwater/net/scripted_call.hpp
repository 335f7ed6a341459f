#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "breakwater/exchange/streams.hpp"
#include "breakwater/providers/sim.hpp"

namespace breakwater {

class Worker;

/// Makes the script that answers a request body.
using MakeScript = std::function<std::unique_ptr<SimScript>(std::string_view request_body)>;

/// An upstream call without a network: a script's steps in the worker's time. To the exchange it is a provider like any
/// other. `name` is the provider's, for messages.
std::unique_ptr<UpstreamCall> make_scripted_call(Worker& worker, std::string name, MakeScript make);

}  // namespace breakwater
