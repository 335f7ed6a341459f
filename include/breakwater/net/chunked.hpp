#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace breakwater {

/// Removes HTTP/1.1 chunked coding (RFC 9112, 7.1) in place, from pieces of any size. Extensions and trailers are
/// skipped and bounded. One per message; sans-IO.
class ChunkedDecoder {
public:
    struct Step {
        std::size_t body_bytes = 0;  ///< decoded bytes, moved to the front of the input
        std::size_t consumed = 0;    ///< input bytes used; less than the input only at the end of the message
        bool failed = false;         ///< not chunked coding; the connection is beyond repair
    };
    Step decode(std::span<char> bytes);
    /// The last chunk and its trailers have been read.
    [[nodiscard]] bool done() const noexcept { return state_ == State::done; }

private:
    enum class State : std::uint8_t {
        size,
        extension,
        size_lf,
        data,
        data_cr,
        data_lf,
        trailer_start,
        trailer,
        trailer_lf,
        last_lf,
        done
    };
    bool control_byte(char c);

    /// Bounds what carries no data: extensions and trailers together, per message.
    static constexpr std::size_t kOverheadMax = 16u << 10;
    State state_ = State::size;
    std::uint64_t left_ = 0;
    unsigned digits_ = 0;
    std::size_t overhead_ = 0;
};

}  // namespace breakwater
