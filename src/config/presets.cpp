#include "breakwater/config/presets.hpp"

#include <algorithm>
#include <array>

#include "breakwater/base/strings.hpp"
#include "breakwater/config/loader.hpp"
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

/// A test sees to it that the text has no problems; with any, there are no presets.
std::vector<Preset> read_presets() {
    const Environment environment{
        .variable = [](const std::string& name) { return std::optional(std::string(kVariableMark) + name); },
        .read_file = [](const std::string&) -> std::expected<std::string, std::string> {
            return std::unexpected("no files here");
        },
        .dialects = {{.name = "openai", .needs_key = false}}};
    std::vector<Preset> presets;
    if (const auto config = load_without_presets(presets_text(), environment)) {
        for (const Provider& provider : config->providers) presets.push_back(as_preset(provider));
    }
    return presets;
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
    const auto is_there = [&](const Preset& preset) { return iequals(host_of(preset.base_url), host); };
    const auto found = std::ranges::find_if(all_presets(), is_there);
    return found == all_presets().end() ? nullptr : &*found;
}

/// The preset that a provider does not name itself, or null.
const Preset* guess_preset(const Provider& provider) {
    const Preset* preset =
        provider.base_url.empty() ? find_preset(provider.dialect) : find_by_host(host_of(provider.base_url));
    return preset != nullptr && speaks(*preset, provider.dialect) ? preset : nullptr;
}

}  // namespace

std::span<const Preset> all_presets() {
    static const std::vector<Preset> presets = read_presets();
    return presets;
}

const Preset* find_preset(std::string_view name) {
    const auto found = std::ranges::find(all_presets(), name, &Preset::name);
    return found == all_presets().end() ? nullptr : &*found;
}

std::vector<std::string_view> preset_names() {
    std::vector<std::string_view> names;
    for (const Preset& preset : all_presets()) names.emplace_back(preset.name);
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
