#pragma once

#include <string>
#include <utility>
#include <vector>

#include "breakwater/providers/provider.hpp"

namespace breakwater::ollama {

/// `headers`: those of the configuration, which win over ours.
Result<HttpRequest> encode_request(const ChatRequest& request, const EncodeContext& context,
                                   const std::vector<std::pair<std::string, std::string>>& headers);

}  // namespace breakwater::ollama
