#pragma once

#include <string>
#include <string_view>

namespace breakwater::google {

/// In front of the seals of thoughts and texts, see shared/seals.hpp. Those of calls stand in a place of their own.
inline constexpr std::string_view kSealVendor = "google";

/// The extension of a call that came with a signature, in the shape of the vendor's own OpenAI layer:
/// {"google":{"thought_signature":...}}. Empty for an empty one.
std::string call_extension(std::string_view signature);

/// The signature in a call's extension, or empty.
std::string call_signature(std::string_view extension);

}  // namespace breakwater::google
