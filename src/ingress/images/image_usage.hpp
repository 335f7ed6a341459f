#pragma once

#include <cstdint>

#include "breakwater/canonical/usage.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater {

/// What pictures were made of.
enum class PromptKind : std::uint8_t {
    text,
    pictures,  ///< and a text
};

/// Writes the value of `usage`, whose total is known. Tokens of a prompt's pictures are null where the provider does
/// not tell them from those of its text.
void write_image_usage(JsonWriter& json, const Usage& usage, PromptKind prompt);

}  // namespace breakwater
