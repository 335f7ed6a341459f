#include "preset_texts.hpp"

#include "breakwater/base/strings.hpp"

namespace breakwater::config {
namespace {

constexpr std::string_view kIndent = "  ";

/// "  groq:" -> "groq"; nothing of deeper lines, comments and what stands above.
std::string_view name_in(std::string_view line) noexcept {
    if (!line.starts_with(kIndent) || !line.ends_with(':')) return {};
    const std::string_view name = line.substr(kIndent.size(), line.size() - kIndent.size() - 1);
    return name.find_first_of(" #") == std::string_view::npos ? name : std::string_view{};
}

}  // namespace

std::vector<PresetText> split_presets(std::string_view text) {
    std::vector<PresetText> presets;
    for (const std::string_view line : split(text, '\n')) {
        if (const std::string_view name = name_in(line); !name.empty()) {
            presets.push_back({.name = name, .lines = line});
        } else if (!presets.empty()) {
            // Views of one text: the last one grows to the end of the line.
            std::string_view& lines = presets.back().lines;
            lines = {lines.data(), line.data() + line.size()};
        }
    }
    return presets;
}

std::string as_configuration(const PresetText& preset) {
    return std::string("version: 1\nproviders:\n").append(preset.lines).append("\n");
}

}  // namespace breakwater::config
