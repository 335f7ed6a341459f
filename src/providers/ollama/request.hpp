#pragma once

#include <string>
#include <utility>
#include <vector>

#include "breakwater/providers/provider.hpp"

namespace breakwater::ollama {

/// `headers`: those of the configuration, which win over ours.
Result<HttpRequest> encode_request(const ChatRequest& request, const EncodeContext& context,
                                   const std::vector<std::pair<std::string, std::string>>& headers);

/// The credential, and the headers of the configuration.
void add_access(Headers& headers, const EncodeContext& context,
                const std::vector<std::pair<std::string, std::string>>& configured);

}  // namespace breakwater::ollama
