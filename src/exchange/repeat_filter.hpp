#pragma once

#include <string>
#include <string_view>

namespace breakwater {

/// Behind a model that was asked to go on with a text: tells the continuation from the text itself, which some
/// providers send once more before it, and which some models begin anew. What may still be a repetition is held back.
/// One per attempt.
class RepeatFilter {
public:
    /// `text`: what the client has. The model got it without the white space at its end, which many refuse there.
    explicit RepeatFilter(std::string_view text);

    /// The next piece of the model's answer: what of it, and of what was held back, the client does not have. Valid
    /// until the next call.
    [[nodiscard]] std::string_view take(std::string_view piece);
    /// The answer has ended, or something other than text follows: the rest of what was held back. Text after that is
    /// no repetition.
    [[nodiscard]] std::string_view release();
    /// The model began the text anew, and then departed from it: nothing that it says continues it.
    [[nodiscard]] bool departed() const noexcept { return stage_ == Stage::departed; }

private:
    enum class Stage { unclear, space, continuation, departed };

    std::string_view settle();
    std::string_view skip_space(std::string_view piece);

    std::string words_;  ///< the text without the space
    std::string space_;  ///< what of the space at its end the model has not repeated
    Stage stage_ = Stage::unclear;
    std::string held_;
};

}  // namespace breakwater
