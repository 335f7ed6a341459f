#pragma once

#include <memory>

#include "breakwater/providers/provider.hpp"

namespace breakwater::bedrock {

/// Reads a guardrail's answer as one verdict. Its filters of content have OpenAI's names where OpenAI has the category;
/// topics, words, personal data and patterns that the account defined are categories of the provider's own, as
/// `topic/NAME`, `words/custom`, `words/LIST`, `pii/TYPE` and `regex/NAME`. A confidence is a score: NONE 0, LOW 0.33,
/// MEDIUM 0.66, HIGH 1; what has none is 0 or 1. `text`, `picture`: what was sent to be judged.
std::unique_ptr<ResponseDecoder> make_guardrail_decoder(bool text, bool picture);

}  // namespace breakwater::bedrock
