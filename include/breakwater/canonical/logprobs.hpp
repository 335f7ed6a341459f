#pragma once

#include <string>
#include <string_view>

namespace breakwater {

/// The items of `content` in a `logprobs` object, {"content":[...],"refusal":[...]}, as the inside of a list: where
/// they stand in `json`, which must be valid. Empty when there are none.
[[nodiscard]] std::string_view logprob_content(std::string_view json) noexcept;

/// Joins the `logprobs` objects of a stream into the one of the whole answer. It moves text and builds no tree: an
/// answer has one object per token. Input must be valid JSON; what has another shape is left out. A value.
class LogprobsMerge {
public:
    void add(std::string_view json);
    /// Both members, null where no fragment had one. Empty when nothing was added.
    [[nodiscard]] std::string json() const;

private:
    struct Items {
        std::string text{};
        bool present = false;
    };
    static void append(Items& items, std::string_view more);
    Items content_;
    Items refusal_;
};

}  // namespace breakwater
