#pragma once

#include <string>
#include <utility>
#include <vector>

#include "../shared/api_target.hpp"
#include "breakwater/config/quirks.hpp"
#include "breakwater/providers/provider.hpp"

namespace breakwater::openai_responses {

/// What the configuration says of how a provider is asked.
struct Connection {
    ApiTarget target;
    config::KeyHeader key_header = config::KeyHeader::bearer;
    std::vector<std::pair<std::string, std::string>> headers{};  ///< win over ours
};

Result<HttpRequest> encode_request(const ChatRequest& request, const EncodeContext& context,
                                   const Connection& connection);

/// The credential, and the headers of the configuration.
void add_access(Headers& headers, const EncodeContext& context, const Connection& connection);

}  // namespace breakwater::openai_responses
