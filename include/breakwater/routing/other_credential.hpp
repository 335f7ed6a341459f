#pragma once

#include <cstdint>

namespace breakwater {

/// What is left of a provider's credentials after it refused the one that an attempt was made with. Told by the source
/// of credentials, read by the attempt planner.
enum class OtherCredential : std::uint8_t {
    none,        ///< nobody can ask with another
    for_others,  ///< other requests can, so that the deployment is as good as before for them
    here,        ///< this request can, at once
};

}  // namespace breakwater
