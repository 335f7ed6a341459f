#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model_name.hpp"
#include "request.hpp"

namespace breakwater::sim {

struct PlannedCall {
    std::string id;
    std::string name;
    std::string arguments;
    bool custom = false;
};

/// What the model is going to say, before it is limited and cut into tokens. Owns all its text.
struct Answer {
    std::string reasoning{};
    std::string text{};
    std::optional<std::size_t> tokens{};  ///< exact length of `text` in tokens; prose fills it up
    std::string prefill{};                ///< already said by the assistant message that the request ends with
    std::vector<PlannedCall> calls{};     ///< if there are any, there is no text
    std::uint64_t seed = 0;               ///< of the prose
};

/// Deterministic by model and request. The text of choices beyond the first says which one it is.
Answer plan_answer(const Model& model, const Request& request, std::uint64_t request_hash, std::size_t choice);

}  // namespace breakwater::sim
