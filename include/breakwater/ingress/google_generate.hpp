#pragma once

#include "breakwater/ingress/ingress.hpp"

namespace breakwater {

/// `google.generate` for a client that asks for a stream without `alt=sse`: one JSON array that grows, and an error is
/// an array of one (https://ai.google.dev/api/generate-content). It reads the same requests, and has no place of its
/// own among all_ingresses().
const Ingress& google_generate_array_ingress();

}  // namespace breakwater
