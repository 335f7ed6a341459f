#pragma once

#include "draft.hpp"

namespace breakwater::google_generate {

/// `generationConfig` (https://ai.google.dev/api/generate-content#generationconfig). What no canonical field holds is
/// kept for providers of this vendor.
bool read_generation_config(const Value& config, Draft& draft);

/// What several members of it say together, once all are read.
bool settle_generation_config(const Value& root, Draft& draft);

}  // namespace breakwater::google_generate
