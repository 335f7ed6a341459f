#pragma once

#include "breakwater/config/config.hpp"

namespace breakwater::config {

/// Whether what OpenAI has below /v1 is at these very paths below the provider's address, as files and batches are
/// asked for: everywhere but at Azure, where an address has to end in /openai/v1 for that. For providers of OpenAI's
/// dialects; the loader and the gateway's files ask.
bool has_openai_paths(const Provider& provider) noexcept;

}  // namespace breakwater::config
