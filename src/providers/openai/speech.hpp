#pragma once

#include "breakwater/config/quirks.hpp"
#include "breakwater/providers/provider.hpp"

namespace breakwater::openai {

/// Body and decoder of a request for speech (https://platform.openai.com/docs/api-reference/audio/createSpeech).
Result<ProviderCall> encode_speech(const SpeechRequest& request, const EncodeContext& context,
                                   const config::Quirks& quirks);

}  // namespace breakwater::openai
