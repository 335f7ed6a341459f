#include "bad_answer.hpp"

#include <string>

namespace breakwater {

std::unexpected<Error> invalid_answer(std::string_view what) {
    return fail(ErrorKind::upstream_invalid, "The provider answered with " + std::string(what) + ".");
}

std::unexpected<Error> truncated_answer() {
    return fail(ErrorKind::upstream_truncated, "The provider's answer ended before it was complete.");
}

}  // namespace breakwater
