#pragma once

#include <string>
#include <string_view>

namespace breakwater {

/// Joins the `logprobs` objects of a stream, {"content":[...],"refusal":[...]}, into the one of the whole answer. It
/// moves text and builds no tree: an answer has one object per token. Input must be valid JSON; what has another shape
/// is left out. A value.
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
    static void append(Items& items, std::string_view array);
    Items content_;
    Items refusal_;
};

}  // namespace breakwater
