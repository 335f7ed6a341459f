#include "text_so_far.hpp"

namespace breakwater::openai {

bool TextSoFar::is_said_again_by(std::string_view piece, std::string_view message, bool last) const noexcept {
    if (echoes_ || piece.size() != bytes_ || piece != message) return false;
    // Before the end only a message that was seen to have the text so far says that this is not the next piece, the
    // same as the first.
    if (!last && !accumulates_) return false;
    // Of text that came without a message only the length is known; that is enough for a repetition at the end.
    return hashed_bytes_ == bytes_ ? fnv1a(piece) == hash_ : last;
}

void TextSoFar::add_beside(std::string_view piece, std::string_view message) noexcept {
    echoes_ = echoes_ || (bytes_ > 0 && piece == message);
    accumulates_ = accumulates_ || (bytes_ > 0 && message.size() > piece.size());
    hash_ = fnv1a(piece, hash_);
    hashed_bytes_ += piece.size();
}

}  // namespace breakwater::openai
