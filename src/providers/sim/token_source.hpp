#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "breakwater/base/random.hpp"

namespace breakwater::sim {

/// Text as tokens: a word with the blanks before it, or a part of a very long one. The tokens join to the text. With a
/// `total` there are exactly so many: the text is cut off, or prose follows it, made word by word. A value.
class TokenSource {
public:
    TokenSource() : TokenSource("", std::nullopt, 0) {}
    TokenSource(std::string text, std::optional<std::size_t> total, std::uint64_t seed);

    /// The next token, valid until the next call; false at the end.
    bool next(std::string_view& token);
    /// Leaves out what `prefix` has already said, as far as the texts agree.
    void skip(std::string_view prefix);

private:
    bool next_of_text(std::string_view& token);
    void next_of_prose(std::string_view& token);

    std::string text_;
    std::size_t at_ = 0;
    std::optional<std::size_t> left_;
    Rng rng_;
    std::string word_;
    std::string kept_;               // what `skip` took too much of
    std::size_t words_to_stop_ = 0;  // in the current sentence of prose
    bool started_ = false;
};

/// How many tokens `text` has, without a source: exactly, unless a word and the blanks before it are too long for one.
std::size_t count_tokens(std::string_view text);

}  // namespace breakwater::sim
