#pragma once

#include "plan.hpp"

namespace breakwater::anthropic {

/// Where cache hints had a `scope`, which says who else may read what is cached.
struct ScopedHints {
    bool system = false;
    bool messages = false;
    bool tools = false;

    [[nodiscard]] bool any() const noexcept { return system || messages || tools; }
};

/// Takes the scopes out of the plan's cache hints, for places that refuse them. What is cached there is the account's
/// own, as without one.
ScopedHints drop_cache_scopes(RequestPlan& plan);

}  // namespace breakwater::anthropic
