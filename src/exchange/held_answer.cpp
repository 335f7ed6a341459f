#include "held_answer.hpp"

namespace breakwater {
namespace {

constexpr std::size_t kHeldBytesMax = 16u << 20;

}  // namespace

Result<void> check_held(std::size_t bytes) {
    if (bytes <= kHeldBytesMax) return {};
    Error error(
        ErrorKind::upstream_invalid,
        "The answer is longer than the 16 MB that `after_commit: [hold]` keeps back. Ask for less at a time, or "
        "use a route that passes answers on as they come.");
    error.code = "answer_too_long_to_hold";
    error.should_retry = false;
    return std::unexpected(std::move(error));
}

}  // namespace breakwater
