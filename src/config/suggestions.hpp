#pragma once

#include <span>
#include <string>
#include <string_view>

#include "key_spec.hpp"

namespace breakwater::config {

/// "did you mean `x`?" for the nearest candidate, or empty.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

/// What to do about a key that `keys` does not have: the nearest one, what other tools' word is called here, the place
/// where the key belongs, or else all keys that are possible.
std::string unknown_key_hint(std::string_view word, std::span<const KeySpec> keys);

}  // namespace breakwater::config
