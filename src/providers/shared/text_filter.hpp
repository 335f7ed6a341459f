#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace breakwater {

/// Takes off what emulated structured output put around the answer, while it streams: the code fence that models like
/// to write against all instruction (three or more ticks, with or without a language, on a line of its own or not), or
/// the {"value": ...} around a schema that is not one of an object. What does not look like the wrapping passes as it
/// is. What comes out does not depend on where the text was cut; a bounded amount is held back, and each character is
/// looked at once. One per answer.
class TextFilter {
public:
    enum class Kind : std::uint8_t { none, fence, value };
    explicit TextFilter(Kind kind = Kind::none)
        : state_(kind == Kind::none ? State::through : State::before), kind_(kind) {}

    /// Appends to `out` what of the text so far is certain to belong to the answer.
    void feed(std::string_view text, std::string& out);
    /// Appends what was held back and is no wrapping after all.
    void finish(std::string& out);
    /// The wrapping has begun, and its end has not come.
    [[nodiscard]] bool is_open() const noexcept {
        return state_ == State::behind_opening || (state_ == State::inside && marks_ != closing_);
    }
    [[nodiscard]] bool passes_all() const noexcept { return state_ == State::through && held_.empty(); }

private:
    enum class State : std::uint8_t { before, behind_opening, inside, through };
    enum class Step : std::uint8_t { more, done, no_wrapping };

    void open(char c, std::string& out);
    Step open_value(char c);
    Step open_fence(char c, std::string& out);
    Step end_word(char c, std::string& out);
    bool skip(char c);
    void feed_inside(std::string_view text, std::string& out);
    void hold(char c, std::string& out);
    void pass_held(std::size_t size, std::string& out);
    [[nodiscard]] char mark() const noexcept { return kind_ == Kind::fence ? '`' : '}'; }

    State state_;
    Kind kind_;
    std::string held_;         // what may be the opening, or [blanks][marks][blanks] that may be the closing
    std::size_t opened_ = 0;   // characters of {"value": that were read, or ticks
    std::size_t word_ = 0;     // where in held_ the fence's language begins, 0: not yet
    std::size_t closing_ = 1;  // marks that close: as many ticks as opened, or one brace
    std::size_t blanks_ = 0;   // in held_, in front of the marks
    std::size_t marks_ = 0;    // in held_
};

}  // namespace breakwater
