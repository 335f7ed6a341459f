#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "breakwater/ingress/openai_models.hpp"

namespace breakwater {

/// What a client asks of the list: `limit`, and an id before or behind which the page stands. Empty ids: not asked.
struct ModelPage {
    static constexpr std::size_t kLimitDefault = 20;
    static constexpr std::size_t kLimitMax = 1000;

    std::size_t limit = kLimitDefault;
    std::string after_id{};
    std::string before_id{};
};

/// The bodies of GET /v1/models and GET /v1/models/{id} in Anthropic's shape
/// (https://docs.anthropic.com/en/api/models-list). An id that is not in the list yields an empty page. Pure.
std::string anthropic_models_list_json(std::span<const ModelEntry> models, const ModelPage& page);
std::string anthropic_model_json(const ModelEntry& model);

}  // namespace breakwater
