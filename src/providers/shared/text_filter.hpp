#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace breakwater {

/// Takes off what emulated structured output put around the answer, while it streams: the code fence that models like
/// to write against all instruction, or the {"value": ...} around a schema that is not one of an object. What does not
/// look like the wrapping passes as it is. One per answer.
class TextFilter {
public:
    enum class Kind : std::uint8_t { none, fence, value };
    explicit TextFilter(Kind kind = Kind::none)
        : state_(kind == Kind::none ? State::through : State::before), kind_(kind) {}

    /// Appends to `out` what of the text so far is certain to belong to the answer.
    void feed(std::string_view text, std::string& out);
    /// Appends what was held back and is no wrapping after all.
    void finish(std::string& out);
    [[nodiscard]] bool passes_all() const noexcept { return state_ == State::through && held_.empty(); }

private:
    enum class State : std::uint8_t { before, inside, through };
    [[nodiscard]] std::size_t opening(bool& undecided) const;
    [[nodiscard]] std::size_t certain() const;

    State state_;
    Kind kind_;
    std::string held_;
};

}  // namespace breakwater
