#include "preset_texts.hpp"

#include <algorithm>

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
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
        const std::string_view line = text.substr(begin, end - begin);
        const std::string_view name = name_in(line.substr(0, line.find('\n')));
        if (!name.empty()) presets.push_back({.name = name, .lines = line});
        // Views of one text: the last one grows by the line behind it.
        else if (!presets.empty())
            presets.back().lines = {presets.back().lines.data(), presets.back().lines.size() + line.size()};
        begin = end;
    }
    return presets;
}

std::string as_configuration(const PresetText& preset) {
    return std::string("version: 1\nproviders:\n").append(preset.lines);
}

}  // namespace breakwater::config
