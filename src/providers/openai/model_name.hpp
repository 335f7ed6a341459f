#pragma once

#include <string_view>

#include "breakwater/routing/deployment.hpp"

namespace breakwater::openai {

/// The vendor's own name of a deployment's model. Azure's deployments have any name, so the catalogue's (or `like`'s)
/// comes first; relays put the vendor before it: "openai/gpt-image-1". Lives as long as the deployment.
inline std::string_view model_name(const Deployment& deployment) noexcept {
    const std::string_view name = deployment.facts.id.empty() ? deployment.model : deployment.facts.id;
    return name.substr(name.rfind('/') + 1);
}

}  // namespace breakwater::openai
