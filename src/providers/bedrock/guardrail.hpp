#pragma once

#include "breakwater/providers/provider.hpp"
#include "endpoint.hpp"

namespace breakwater::bedrock {

// Verdicts of the account's guardrails, which are no models, by ApplyGuardrail
// (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ApplyGuardrail.html).

/// The whole call, signed, for one verdict: on one text, or on parts that go together. The deployment's model is the
/// guardrail, as `ID`, `ID:VERSION` or its ARN. Errors: unsupported_parameter where it is something else.
Result<ProviderCall> encode_moderation(const ModerationRequest& request, const EncodeContext& context,
                                       const Endpoint& endpoint);

}  // namespace breakwater::bedrock
