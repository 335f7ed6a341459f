#pragma once

#include <vector>

#include "encoding.hpp"

namespace breakwater::openai {

/// The request's messages in a sequence that the server takes: as they are, or else joined in `storage`.
const std::vector<Message>& taken_turns(const Encoding& encoding, std::vector<Message>& storage);

}  // namespace breakwater::openai
