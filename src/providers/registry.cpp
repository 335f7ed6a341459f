#include "breakwater/providers/provider.hpp"

#include <array>

#include "anthropic/module.hpp"
#include "bedrock/module.hpp"
#include "cohere/module.hpp"
#include "google/module.hpp"
#include "ollama/module.hpp"
#include "openai/module.hpp"
#include "openai_responses/module.hpp"
#include "sim/module.hpp"
#include "vertex/module.hpp"

namespace breakwater {

// One line per dialect. An explicit table, because static libraries drop objects that nothing refers to.
std::span<const ProviderModule> all_provider_modules() noexcept {
    // clang-format off: one line each
    static const std::array modules{
        openai_module(),
        openai_responses_module(),
        anthropic_module(),
        bedrock_module(),
        cohere_module(),
        google_module(),
        ollama_module(),
        sim_module(),
        vertex_module(),
    };
    // clang-format on
    return modules;
}

const ProviderModule* find_provider_module(std::string_view dialect) noexcept {
    for (const ProviderModule& module : all_provider_modules()) {
        if (module.dialect == dialect) return &module;
    }
    return nullptr;
}

std::vector<config::DialectInfo> dialect_infos() {
    std::vector<config::DialectInfo> infos;
    for (const ProviderModule& module : all_provider_modules()) {
        infos.push_back({.name = std::string(module.dialect),
                         .needs_key = module.needs_key,
                         .needs_base_url = false,
                         .vendor = std::string(module.vendor),
                         .key_variable = std::string(module.key_variable),
                         .aws = module.aws,
                         .google = module.google,
                         .apis = {module.apis.begin(), module.apis.end()},
                         .api_fault = module.api_fault,
                         .vendors = {module.vendors.begin(), module.vendors.end()}});
    }
    return infos;
}

}  // namespace breakwater
