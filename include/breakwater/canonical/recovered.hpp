#pragma once

#include <string_view>

namespace breakwater {

/// An answer broke off, and another attempt completes it: what follows is from there. Said by the exchange to client
/// encoders (ResponseEncoder::recovered); no decoder makes one. All views outlive the answer.
struct Recovered {
    std::string_view by;          ///< the policy: "continue" or "restart"
    std::string_view deployment;  ///< which completes it
    std::string_view model;       ///< in the words of its provider
};

}  // namespace breakwater
