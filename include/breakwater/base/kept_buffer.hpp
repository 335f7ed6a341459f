#pragma once

#include <cstddef>
#include <string>

namespace breakwater {

/// Buffers of a stream that a large event has grown beyond this are given back instead of kept for the rest of it,
/// which may be silent for minutes. Events of text are a few hundred bytes.
inline constexpr std::size_t kKeptBufferBytesMax = 4u << 10;

/// Empties a buffer for what comes next in a stream.
inline void clear_kept(std::string& buffer) {
    buffer.clear();
    if (buffer.capacity() > kKeptBufferBytesMax) std::string().swap(buffer);
}

}  // namespace breakwater
