#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "breakwater/base/clock.hpp"

namespace breakwater::sim {

/// What goes wrong, and where in the answer.
struct Fault {
    enum class Kind : std::uint8_t {
        none,
        status,        ///< an error answer with status `status`
        error_in_200,  ///< an error object with status 200
        error_first,   ///< the first event of the stream is an error
        cut,           ///< reset after `after` pieces of content
        stall,         ///< silence after `after` pieces of content
        malformed,     ///< an event that is no JSON after `after` pieces of content
        error_mid,     ///< an error event after `after` pieces of content
        slow_head,     ///< the head comes `delay` late
        refused,       ///< no connection
        html,          ///< a proxy's error page with status 200
        empty,         ///< status 200 and no body
        no_done,       ///< the stream has no [DONE]
        no_finish,     ///< the stream ends without a finish reason
    };
    Kind kind = Kind::none;
    int status = 0;
    std::size_t after = 0;
    Duration delay{0};
};

/// The fault of that name, "cut-after-3", or nothing.
std::optional<Fault> fault_from(std::string_view name);

/// "300ms", "5s", "1.5s", "2m", "1h", as in the names of faults and models; a bare 0 needs no unit.
std::optional<Duration> duration_from(std::string_view text);

}  // namespace breakwater::sim
