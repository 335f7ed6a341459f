#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "breakwater/base/random.hpp"

namespace breakwater::openai {

/// The text of one choice of a stream, as far as it must be known to tell a piece that is new from one that says the
/// whole text once more. Only a `message` beside the `delta` can tell: Perplexity's has the text so far, and its
/// streams may repeat that as a delta; Writer's is the delta again, so that every piece looks like such a repetition.
/// Pure state; one per choice. Streams without a `message` pay for an addition.
class TextSoFar {
public:
    /// Whether the piece is the text so far again. `message` is the text of the message beside it, or empty; `last`
    /// says that the choice ends with it. The second piece decides which kind of message it is; where that is the first
    /// one again, both readings fit, and it counts as a repetition only at the end.
    [[nodiscard]] bool is_said_again_by(std::string_view piece, std::string_view message, bool last) const noexcept;
    /// Takes note of a piece that is handed on.
    void add(std::string_view piece, std::string_view message) noexcept {
        if (!message.empty()) add_beside(piece, message);
        bytes_ += piece.size();
    }
    /// The same for text that came as a list of parts.
    void add_bytes(std::size_t bytes) noexcept { bytes_ += bytes; }

private:
    void add_beside(std::string_view piece, std::string_view message) noexcept;

    std::size_t bytes_ = 0;
    std::size_t hashed_bytes_ = 0;  ///< of pieces that had a message beside them
    /// Of those. Nobody gains by a collision: it spoils the sender's own answer.
    std::uint64_t hash_ = fnv1a({});
    bool echoes_ = false;       ///< the message is the delta again, and not the text so far
    bool accumulates_ = false;  ///< or it is the text so far, longer than the delta
};

}  // namespace breakwater::openai
