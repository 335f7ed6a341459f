#pragma once

#include <string>

#include "../shared/value.hpp"

namespace breakwater::openai_responses_client {

using ingress::Value;

/// A request while it is read: what several members decide together waits here until all of them are known.
struct Draft {
    ChatRequest& request;
    std::string instructions{};
    bool store = true;           ///< the gateway keeps the answer; providers are not asked to
    bool input_as_sent = false;  ///< the bytes of `input` mean the same to a provider
};

/// Reads one top-level member into the draft; what is not known is kept among the extensions. False after a problem.
bool read_parameter(std::string_view name, const Value& value, Draft& draft);

}  // namespace breakwater::openai_responses_client
