#pragma once

#include <cstdint>

namespace breakwater {

/// Most pictures that one request may ask for.
inline constexpr std::int64_t kImagesMax = 10;

}  // namespace breakwater
