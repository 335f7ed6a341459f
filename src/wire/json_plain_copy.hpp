#pragma once

#include <cstddef>

namespace breakwater {

/// How many bytes were copied, and whether one of them is beyond ASCII.
struct PlainCopy {
    std::size_t count;
    bool beyond_ascii;
};

/// Copies from a long text, in large blocks, up to a block in which a byte needs an escape or the text ends. Never
/// writes more than the text is long. Copies nothing on a machine that has no vectors larger than a TextBlock.
PlainCopy copy_plain_blocks(const char* from, std::size_t count, char* to) noexcept;

}  // namespace breakwater
