#pragma once

#include "breakwater/ingress/google_generate.hpp"

namespace breakwater {

/// Client dialect `google.generate`: POST /v1beta/models/{model}:generateContent, and :streamGenerateContent with
/// `alt=sse` (https://ai.google.dev/api/generate-content).
const Ingress& google_generate_ingress();

}  // namespace breakwater
