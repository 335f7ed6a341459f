#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answer.hpp"
#include "token_source.hpp"

namespace breakwater::sim {

/// A part of one choice, as small as a model produces it.
struct Piece {
    enum class Kind : std::uint8_t { reasoning, text, call_start, call_arguments, finish };
    Kind kind = Kind::text;
    std::size_t call = 0;                  ///< index of the call, for the call kinds
    const PlannedCall* planned = nullptr;  ///< that call
    std::string_view token{};              ///< text of the piece; of a finish: the finish reason
};

/// Cuts text at the first stop string, also where one spans tokens: tokens are held back while a stop string may begin
/// in them.
class StopFilter {
public:
    StopFilter(TokenSource source, const std::vector<std::string>& stops);
    bool next(std::string_view& token);
    /// A stop string was met.
    [[nodiscard]] bool stopped() const noexcept { return stopped_; }

private:
    void look_ahead();

    TokenSource source_;
    std::vector<std::string> stops_;
    std::size_t longest_ = 0;
    std::string window_;                // tokens that have been read and not given out
    std::vector<std::size_t> lengths_;  // theirs
    std::string token_;
    bool exhausted_ = false;
    bool stopped_ = false;
};

/// One choice of an answer, piece by piece: reasoning, then calls or text, then a finish. Owns the answer.
class ChoiceStream {
public:
    ChoiceStream(Answer answer, const Request& request);

    /// The next piece, valid until the next call; false after the finish.
    bool next(Piece& piece);
    [[nodiscard]] std::size_t tokens() const noexcept { return tokens_; }
    [[nodiscard]] std::size_t reasoning_tokens() const noexcept { return reasoning_tokens_; }
    [[nodiscard]] bool has_calls() const noexcept { return !answer_.calls.empty(); }

private:
    bool spend();
    bool next_of_call(Piece& piece);
    bool finish(Piece& piece, std::string_view reason);

    Answer answer_;
    std::optional<std::size_t> left_;
    TokenSource reasoning_;
    StopFilter text_;
    std::optional<TokenSource> arguments_{};  // of the open call
    std::size_t call_ = 0;
    std::size_t tokens_ = 0;
    std::size_t reasoning_tokens_ = 0;
    bool finished_ = false;
};

}  // namespace breakwater::sim
