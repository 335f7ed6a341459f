#pragma once

#include <string_view>

namespace breakwater {

/// docs/openapi.json: the surface of the client listener as an OpenAPI 3.1 document, compiled in.
std::string_view openapi_text() noexcept;

}  // namespace breakwater
