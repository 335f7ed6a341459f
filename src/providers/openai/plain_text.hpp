#pragma once

#include <cstdint>
#include <string_view>

namespace breakwater::openai {

/// The text of a choice, as the content of a delta has it, where nothing else in its chunk has to be told or kept. A
/// view of the chunk.
struct PlainText {
    std::uint32_t choice = 0;
    std::string_view text{};
};

}  // namespace breakwater::openai
