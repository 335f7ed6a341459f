#pragma once

#include <vector>

#include "../shared/value.hpp"

namespace breakwater::google_generate {

using ingress::Value;

/// What a part is, besides calls and results, which only the conversation makes sense of
/// (https://ai.google.dev/api/caching#Part). A step is one of the vendor's own tools at work, on the way to an answer.
enum class PartKind : std::uint8_t { call, result, step, other };
PartKind part_kind(const Value& part) noexcept;

/// Reads text, thoughts, media and seals: what any content may hold. `model`: the content is the model's, whose
/// thoughts and seals are kept.
bool read_part(const Value& part, bool model, std::vector<ContentPart>& out);

}  // namespace breakwater::google_generate
