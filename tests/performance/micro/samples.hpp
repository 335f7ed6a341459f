#pragma once

#include <cstddef>
#include <string>

#include "../upstream/script.hpp"

namespace bench {

/// A chat request as clients send it, with a conversation that is padded until the body has about `bytes`.
std::string request_body(std::size_t bytes);
/// The events of a stream, without HTTP around them: what the mock upstream sends.
std::string stream_body(Dialect dialect, unsigned events);

}  // namespace bench
