#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace breakwater::openai {

/// Most chunks of a stream are the one before with another text. Knows such a chunk by its bytes, so that it need not
/// be parsed: where two JSON texts differ within one string alone, by characters that stand for themselves, they are
/// the same value but for that string. Streams whose chunks differ in more, by an `obfuscation` say, are soon given up.
/// Pure state; one per answer.
class RepeatedChunk {
public:
    /// The text of `chunk`, when all else is what the learnt one had: a view of it. Nothing where there may be more to
    /// tell.
    [[nodiscard]] std::optional<std::string_view> text_of(std::string_view chunk) noexcept;
    /// Whether it is worth while to learn from the next one.
    [[nodiscard]] bool wants_to_learn() const noexcept { return tries_left_ > 0; }
    /// Of `chunk`, which is not known, nothing was to be told but `text`. Looked over unless that is a view of its
    /// bytes.
    /// Then false, and what was known stays so.
    bool learn(std::string_view chunk, std::string_view text);

private:
    static constexpr std::uint8_t kTries = 4;

    std::string learnt_{};  ///< the chunk without its text
    std::size_t text_at_ = 0;
    std::uint8_t tries_left_ = kTries;  ///< until the next one that is known
};

}  // namespace breakwater::openai
