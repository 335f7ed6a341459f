#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "breakwater/catalog/model.hpp"
#include "breakwater/config/config.hpp"

namespace breakwater {

/// A deployment as the request path sees it: configuration and facts with the capability map of dialect, preset,
/// catalogue and file laid over each other. Immutable; lives as long as its snapshot.
struct Deployment {
    std::uint32_t index = 0;  ///< position in the snapshot, for metrics and health tables
    std::string name{};
    std::string provider{};  ///< the provider's configured name
    std::string model{};     ///< upstream name
    ModelFacts facts{};
    bool known = true;  ///< false: the catalogue does not know the model, and `facts.mode` is a guess
    Capabilities capabilities{};
    std::vector<std::string> tags{};
    std::string region{};
    std::vector<std::pair<std::string, double>> quality{};  ///< the operator's scores, by name

    /// Whether its model, as far as it is known or guessed, does that. Those that chat complete a prompt as well.
    [[nodiscard]] bool is_for(ModelMode mode) const noexcept {
        return facts.mode == mode || (mode == ModelMode::image && facts.draws()) ||
               (mode == ModelMode::completion && facts.mode == ModelMode::chat) ||
               (mode == ModelMode::transcription && facts.hears());
    }
    /// Whether it may be asked for that operation; what nobody knows may be asked for any.
    [[nodiscard]] bool serves(ModelMode mode) const noexcept { return is_for(mode) || !known; }
};

}  // namespace breakwater
