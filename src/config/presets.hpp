#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "breakwater/config/loader.hpp"

namespace breakwater::config {

/// What `preset: NAME` stands for: a vendor that speaks another vendor's dialect at an address of its own.
struct Preset {
    std::string_view name;
    std::string_view dialect;
    std::string_view base_url;
    std::string_view key_variable;  ///< the usual environment variable
    std::string_view vendor;        ///< catalogue file with the facts of its models
};

std::span<const Preset> all_presets() noexcept;
/// By name, or null.
const Preset* find_preset(std::string_view name) noexcept;
std::vector<std::string_view> preset_names();

/// The catalogue vendor of a provider's models: its preset's, else its dialect's; may be empty.
std::string_view vendor_of(const Provider& provider, const Environment& environment);

}  // namespace breakwater::config
