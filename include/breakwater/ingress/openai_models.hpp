#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "breakwater/catalog/capabilities.hpp"
#include "breakwater/catalog/model.hpp"

namespace breakwater {

/// A model as clients see it: a route or a deployment, with what the gateway knows about it.
struct ModelEntry {
    std::string id{};          ///< what a client writes as `model`
    std::int64_t created = 0;  ///< seconds, 0 = unknown
    std::string owned_by{};
    ModelFacts facts{};
    Capabilities capabilities{};             ///< of the deployment that the entry stands for
    std::vector<std::string> deployments{};  ///< a route's candidates, in order
};

/// The bodies of GET /v1/models and GET /v1/models/{id}: the OpenAI shape, and beside it context length, limits,
/// modalities, prices (USD per million tokens), capability map and date of deprecation. What is not known is left out.
/// Pure.
std::string models_list_json(std::span<const ModelEntry> models);
std::string model_json(const ModelEntry& model);

}  // namespace breakwater
