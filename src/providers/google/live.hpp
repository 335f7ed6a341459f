#pragma once

#include "request.hpp"

namespace breakwater::google {

/// A session of the Live API (https://ai.google.dev/api/live), or of the same API on Vertex AI
/// (https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/multimodal-live). Errors:
/// unsupported_parameter for clients of another dialect.
Result<ProviderCall> encode_live(const RealtimeRequest& request, const EncodeContext& context,
                                 const Endpoint& endpoint);

}  // namespace breakwater::google
