#include "repeat_filter.hpp"

#include <algorithm>

#include "breakwater/base/strings.hpp"

namespace breakwater {
namespace {

/// So much in common with the beginning of a text is no chance.
constexpr std::size_t kBegunAnewBytes = 24;

std::size_t common_prefix(std::string_view a, std::string_view b) noexcept {
    return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

}  // namespace

RepeatFilter::RepeatFilter(std::string_view text)
    : words_(without_trailing_space(text)), space_(text.substr(words_.size())) {}

std::string_view RepeatFilter::take(std::string_view piece) {
    switch (stage_) {
        case Stage::unclear:
            held_ += piece;
            return held_.size() < words_.size() && words_.starts_with(held_) ? std::string_view() : settle();
        case Stage::space:
            return skip_space(piece);
        case Stage::continuation:
            return piece;
        case Stage::departed:
            break;
    }
    return {};
}

std::string_view RepeatFilter::release() {
    const std::string_view rest = stage_ == Stage::unclear && !held_.empty() ? settle() : std::string_view();
    if (stage_ != Stage::departed) stage_ = Stage::continuation;
    return rest;
}

// No more needs to be seen of what was held back.
std::string_view RepeatFilter::settle() {
    const std::size_t common = common_prefix(words_, held_);
    if (common < words_.size() && common >= kBegunAnewBytes) {
        stage_ = Stage::departed;
        return {};
    }
    stage_ = Stage::space;
    return skip_space(std::string_view(held_).substr(common == words_.size() ? common : 0));
}

// The model did not see the space that the client has, so it is likely to begin with it.
std::string_view RepeatFilter::skip_space(std::string_view piece) {
    const std::size_t common = common_prefix(space_, piece);
    space_.erase(0, common);
    piece.remove_prefix(common);
    if (!piece.empty() || space_.empty()) stage_ = Stage::continuation;
    return piece;
}

}  // namespace breakwater
