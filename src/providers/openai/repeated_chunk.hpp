#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "plain_text.hpp"

namespace breakwater::openai {

/// Most chunks of a stream are the one before with another text. Knows such a chunk by its bytes, so that it need not
/// be parsed: where two JSON texts differ within one string alone, by characters that stand for themselves, they are
/// the same value but for that string. Streams whose chunks differ in more, by an `obfuscation` say, are soon given up.
/// Pure state; one per answer.
class RepeatedChunk {
public:
    /// What `chunk` says, when all but its text is what the learnt one had. Nothing where there may be more to tell.
    [[nodiscard]] std::optional<PlainText> text_of(std::string_view chunk) noexcept;
    /// Whether it is worth while to learn from the next one.
    [[nodiscard]] bool wants_to_learn() const noexcept { return tries_left_ > 0; }
    /// `chunk`, which is not known, had `plain` alone to tell. Looked over unless that is a view of its bytes: what was
    /// known stays so.
    void learn(std::string_view chunk, const PlainText& plain);

private:
    static constexpr std::uint8_t kTries = 4;

    std::string learnt_{};  ///< the chunk without its text
    std::size_t text_at_ = 0;
    std::uint32_t choice_ = 0;
    std::uint8_t tries_left_ = kTries;  ///< until the next one that is known
};

}  // namespace breakwater::openai
