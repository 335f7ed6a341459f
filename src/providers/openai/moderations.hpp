#pragma once

#include "breakwater/config/quirks.hpp"
#include "breakwater/providers/provider.hpp"

namespace breakwater::openai {

/// Body and decoder of a request for moderation, as OpenAI (https://platform.openai.com/docs/api-reference/moderations)
/// and Mistral (https://docs.mistral.ai/api/endpoint/classifiers) have it. Categories of Mistral's that OpenAI has too
/// get OpenAI's names.
Result<ProviderCall> encode_moderation(const ModerationRequest& request, const EncodeContext& context,
                                       const config::Quirks& quirks);

}  // namespace breakwater::openai
