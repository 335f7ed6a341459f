#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/config/config.hpp"

namespace breakwater::config {

/// What `preset: NAME` stands for: a vendor or server that speaks another vendor's dialect. From config/presets.yaml.
struct Preset {
    std::string name{};
    std::string dialect{};
    std::string base_url{};      ///< empty: the provider has to say it
    std::string key_variable{};  ///< the usual environment variable; empty: needs no key
    std::string vendor{};        ///< catalogue file with the facts of its models, or empty
    Quirks quirks{};
    Capabilities capabilities{};
};

/// All, in the order of the file. A preset is read when it is asked for first; thread-safe, they live for ever.
std::span<const Preset> all_presets();
/// By name, or null. Reads this one alone.
const Preset* find_preset(std::string_view name);
std::vector<std::string_view> preset_names();
/// Whether the preset's address is asked in this dialect too, so that its quirks hold: Azure's resources speak both of
/// OpenAI's.
bool speaks(const Preset& preset, std::string_view dialect) noexcept;

/// Names the preset of a provider that does not name one itself: by the host of its address, or that of the dialect
/// without an address. Then takes from the preset what the provider does not have: address and catalogue, and, if it
/// `speaks` the provider's dialect, quirks and capabilities.
void apply_preset(Provider& provider);

}  // namespace breakwater::config
