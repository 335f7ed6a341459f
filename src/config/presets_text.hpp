#pragma once

#include <string_view>

namespace breakwater::config {

/// The text of config/presets.yaml, which is compiled in.
std::string_view presets_text() noexcept;

}  // namespace breakwater::config
