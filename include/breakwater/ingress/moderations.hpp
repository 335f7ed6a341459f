#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "breakwater/canonical/moderation_request.hpp"
#include "breakwater/ingress/ingress.hpp"

namespace breakwater {

// POST /v1/moderations (https://platform.openai.com/docs/api-reference/moderations).

/// As Ingress::decode. A request that names no model asks for `omni-moderation-latest`, as at OpenAI.
Result<void> decode_moderation_request(std::string& body, JsonReader& reader, ModerationRequest& request);

/// Writes the answer: a verdict for each input, in their order. All of OpenAI's categories are in it; one that the
/// provider does not judge by has no score but 0, and nothing among `category_applied_input_types`.
std::unique_ptr<ResponseEncoder> make_moderation_encoder(EncoderContext&& context);

/// Writes the verdicts of a part of the inputs alone, separated by commas.
std::unique_ptr<ResponseEncoder> make_moderation_part_encoder();

/// The whole answer around verdicts that parts have written.
std::string moderation_answer(std::string_view verdicts, const EncoderContext& identity);

}  // namespace breakwater
