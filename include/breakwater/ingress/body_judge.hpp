#pragma once

#include <string_view>

#include "breakwater/base/error.hpp"

namespace breakwater {

/// Looks at a body that is passed on as it comes: what it refuses must not reach a provider as something whole.
class BodyJudge {
public:
    virtual ~BodyJudge() = default;
    /// More of the body, before it is passed on. After an error no more calls.
    virtual Result<void> take(std::string_view bytes) = 0;
    /// All of it has come.
    virtual Result<void> end() = 0;
};

}  // namespace breakwater
