#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace breakwater::config {

/// A preset as it is written in config/presets.yaml, not read yet.
struct PresetText {
    std::string_view name{};
    std::string_view lines{};  ///< from its name to the next one's, without the last end of line
};

/// The presets of a text of that file's form: below `providers:`, names that stand alone on a line behind two spaces.
/// Views of `text`. Pure.
std::vector<PresetText> split_presets(std::string_view text);

/// A configuration that has this provider alone.
std::string as_configuration(const PresetText& preset);

}  // namespace breakwater::config
