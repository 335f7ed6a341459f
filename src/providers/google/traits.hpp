#pragma once

#include <cstdint>

#include "breakwater/routing/deployment.hpp"

namespace breakwater::google {

/// What generation of models the deployment's is. The API is one, but each generation refuses what others demand.
enum class Generation : std::uint8_t {
    schema_only,  ///< Gemini 2.0 and before, Gemma: schemas in the OpenAPI subset only
    budgets,      ///< Gemini 2.5: thinks by a token budget; no call ids; no schema beside tools
    levels,       ///< Gemini 3 and later: thinks by levels, signs its calls, gives them ids
};

/// By the capability map where it says how the model thinks, else by the model's name. A name that says nothing is
/// taken for a new model's.
Generation generation_of(const Deployment& deployment);

}  // namespace breakwater::google
