#include "presets.hpp"

#include <algorithm>
#include <array>

namespace breakwater::config {
namespace {

// The names are those by which the dialect knows the vendor's departures (src/providers/openai/vendor.cpp).
constexpr std::array kPresets{
    Preset{"groq", "openai", "https://api.groq.com/openai/v1", "GROQ_API_KEY", "groq"},
    Preset{"mistral", "openai", "https://api.mistral.ai/v1", "MISTRAL_API_KEY", "mistral"},
    Preset{"deepseek", "openai", "https://api.deepseek.com/v1", "DEEPSEEK_API_KEY", "deepseek"},
    Preset{"xai", "openai", "https://api.x.ai/v1", "XAI_API_KEY", "xai"},
    Preset{"together", "openai", "https://api.together.xyz/v1", "TOGETHER_API_KEY", "together"},
    Preset{"fireworks", "openai", "https://api.fireworks.ai/inference/v1", "FIREWORKS_API_KEY", "fireworks"},
    Preset{"openrouter", "openai", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY", "openrouter"},
    Preset{"perplexity", "openai", "https://api.perplexity.ai", "PERPLEXITY_API_KEY", "perplexity"},
    Preset{"cerebras", "openai", "https://api.cerebras.ai/v1", "CEREBRAS_API_KEY", "cerebras"},
};

}  // namespace

std::span<const Preset> all_presets() noexcept {
    return kPresets;
}

const Preset* find_preset(std::string_view name) noexcept {
    const auto found = std::ranges::find(kPresets, name, &Preset::name);
    return found == kPresets.end() ? nullptr : &*found;
}

std::vector<std::string_view> preset_names() {
    std::vector<std::string_view> names;
    for (const Preset& preset : kPresets) names.push_back(preset.name);
    return names;
}

std::string_view vendor_of(const Provider& provider, const Environment& environment) {
    if (const Preset* preset = find_preset(provider.preset)) return preset->vendor;
    const auto found = std::ranges::find(environment.dialects, provider.dialect, &DialectInfo::name);
    return found == environment.dialects.end() ? std::string_view{} : std::string_view(found->vendor);
}

}  // namespace breakwater::config
