#pragma once

#include <span>
#include <string>

#include "breakwater/ingress/openai_models.hpp"

namespace breakwater {

/// The bodies of GET /v1beta/models and GET /v1beta/models/{id} in Google's shape (https://ai.google.dev/api/models):
/// all models on one page. What is not known is left out. Pure.
std::string google_models_list_json(std::span<const ModelEntry> models);
std::string google_model_json(const ModelEntry& model);

}  // namespace breakwater
