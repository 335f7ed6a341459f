#include "module.hpp"

#include "breakwater/config/presets.hpp"
#include "breakwater/providers/openai.hpp"

namespace breakwater {
namespace {

/// The simulator does whatever is asked, but it has no voice and no web.
Capabilities sim_capabilities() {
    Capabilities capabilities;
    for (std::size_t i = 0; i < kFeatureCount; ++i) capabilities.set(static_cast<Feature>(i), Support::native);
    for (std::size_t i = 0; i < kParameterCount; ++i) {
        capabilities.rule(static_cast<Parameter>(i)).support = Support::native;
    }
    capabilities.set(Feature::audio_output, Support::absent);
    capabilities.set(Feature::web_search, Support::absent);
    capabilities.set(Feature::completions, Support::absent);
    // The encoder is OpenAI's, whose dialect has efforts and no budgets.
    capabilities.rule(Parameter::reasoning_budget).support = Support::emulated;
    // Only the model `reasoning` reasons, and a capability map of the dialect cannot tell models apart.
    capabilities.set(Feature::reasoning_default, Support::unknown);
    return capabilities;
}

/// The simulator reads every word that OpenAI's own service does.
std::unique_ptr<Provider> make_sim(const config::Provider& settings) {
    config::Provider provider = settings;
    if (const config::Preset* preset = config::find_preset("openai")) provider.quirks = preset->quirks;
    provider.quirks.rerank = config::RerankForm::jina;  // which OpenAI has not
    return make_openai_provider(provider);
}

}  // namespace

// The requests and answers are OpenAI's; what differs is that the gateway plays a SimScript instead of opening a
// socket.
ProviderModule sim_module() {
    return {.dialect = "sim",
            .vendor = "",
            .default_base_url = "",
            .key_variable = "",
            .needs_key = false,
            .capabilities = sim_capabilities,
            .make = make_sim};
}

}  // namespace breakwater
