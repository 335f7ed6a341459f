#include "breakwater/config/presets.hpp"

#include <algorithm>
#include <array>
#include <mutex>

#include "breakwater/base/strings.hpp"
#include "breakwater/config/loader.hpp"
#include "preset_texts.hpp"
#include "presets_text.hpp"
#include "sections.hpp"

namespace breakwater::config {
namespace {

/// In place of each variable stands its name, behind this mark: the presets' credentials tell the usual variables.
constexpr std::string_view kVariableMark = "variable:";

// Azure's addresses begin with the name of a resource.
constexpr std::array<std::string_view, 3> kAzureHosts{".openai.azure.com", ".services.ai.azure.com",
                                                      ".cognitiveservices.azure.com"};

Preset as_preset(const Provider& provider) {
    const std::string_view key = provider.api_key.reveal();
    return {.name = provider.name,
            .dialect = provider.dialect,
            .base_url = provider.base_url,
            .key_variable = std::string(key.empty() ? key : key.substr(kVariableMark.size())),
            .vendor = provider.catalog,
            .quirks = provider.quirks,
            .capabilities = provider.capabilities};
}

/// A test sees to it that the text has no problems; with any, the preset says nothing.
Preset read_preset(const PresetText& text) {
    const Environment environment{
        .variable = [](const std::string& name) { return std::optional(std::string(kVariableMark) + name); },
        .read_file = [](const std::string&) -> std::expected<std::string, std::string> {
            return std::unexpected("no files here");
        },
        .dialects = {{.name = "openai", .needs_key = false}}};
    const auto config = load_without_presets(as_configuration(text), environment);
    if (!config || config->providers.empty()) return {.name = std::string(text.name)};
    return as_preset(config->providers.front());
}

/// A configuration names few presets of many, and a start that reads them all takes twice as long: each is read when it
/// is asked for first.
class Presets {
public:
    Presets() : texts_(split_presets(presets_text())), presets_(texts_.size()), read_(texts_.size()) {}

    [[nodiscard]] std::span<const PresetText> texts() const noexcept { return texts_; }
    [[nodiscard]] const Preset& at(std::size_t index) {
        std::call_once(read_[index], [&] { presets_[index] = read_preset(texts_[index]); });
        return presets_[index];
    }
    [[nodiscard]] std::span<const Preset> all() {
        for (std::size_t index = 0; index < texts_.size(); ++index) static_cast<void>(at(index));
        return presets_;
    }

private:
    std::vector<PresetText> texts_;
    std::vector<Preset> presets_;
    std::vector<std::once_flag> read_;
};

Presets& presets() {
    static Presets all;
    return all;
}

/// "https://api.example.com:8443/v1" -> "api.example.com"
std::string_view host_of(std::string_view url) noexcept {
    if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    return url.substr(0, url.find_first_of(":/?"));
}

bool ends_with_host(std::string_view host, std::string_view end) noexcept {
    return host.size() > end.size() && iequals(host.substr(host.size() - end.size()), end);
}

/// What runs on this machine is told by no address.
bool is_local(std::string_view host) noexcept {
    return host.empty() || host == "127.0.0.1";
}

const Preset* find_by_host(std::string_view host) {
    if (is_local(host)) return nullptr;
    if (std::ranges::any_of(kAzureHosts, [&](std::string_view end) { return ends_with_host(host, end); })) {
        return find_preset("azure");
    }
    if (ends_with_host(host, ".api.openai.com")) return find_preset("openai");  // eu, us and other regions
    for (const PresetText& text : presets().texts()) {
        // Most are ruled out by their text, so that they need not be read.
        if (!icontains(text.lines, host)) continue;
        if (const Preset* preset = find_preset(text.name); iequals(host_of(preset->base_url), host)) return preset;
    }
    return nullptr;
}

/// The preset that a provider does not name itself, or null.
const Preset* guess_preset(const Provider& provider) {
    const Preset* preset =
        provider.base_url.empty() ? find_preset(provider.dialect) : find_by_host(host_of(provider.base_url));
    return preset != nullptr && speaks(*preset, provider.dialect) ? preset : nullptr;
}

}  // namespace

std::span<const Preset> all_presets() {
    return presets().all();
}

const Preset* find_preset(std::string_view name) {
    const std::span<const PresetText> texts = presets().texts();
    const auto found = std::ranges::find(texts, name, &PresetText::name);
    return found == texts.end() ? nullptr : &presets().at(static_cast<std::size_t>(found - texts.begin()));
}

std::vector<std::string_view> preset_names() {
    std::vector<std::string_view> names;
    for (const PresetText& text : presets().texts()) names.push_back(text.name);
    return names;
}

bool speaks(const Preset& preset, std::string_view dialect) noexcept {
    return dialect == preset.dialect || (preset.quirks.urls == UrlForm::azure && dialect == "openai.responses");
}

void apply_preset(Provider& provider) {
    const Preset* preset = provider.preset.empty() ? guess_preset(provider) : find_preset(provider.preset);
    if (preset == nullptr) return;
    if (provider.preset.empty()) {
        provider.preset = preset->name;
    } else if (provider.base_url.empty()) {
        provider.base_url = preset->base_url;
    }
    if (provider.dialect.empty()) provider.dialect = preset->dialect;
    if (provider.catalog.empty()) provider.catalog = preset->vendor;
    if (!speaks(*preset, provider.dialect)) return;
    provider.quirks = preset->quirks;
    Capabilities capabilities = preset->capabilities;
    capabilities.overlay(provider.capabilities);
    provider.capabilities = std::move(capabilities);
}

}  // namespace breakwater::config
