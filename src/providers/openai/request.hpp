#pragma once

#include <string>

#include "encoding.hpp"

namespace breakwater::openai {

/// Writes the whole body. Key order is fixed: equal requests are equal bytes, which keeps the provider's prompt cache.
void write_body(const Encoding& encoding);

}  // namespace breakwater::openai
