#include "text_filter.hpp"

#include <algorithm>

namespace breakwater {

namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kFence = "```";
constexpr std::size_t kHeldMax = 4096;
constexpr std::size_t kFenceLineMax = 64;  // "```json" and some air

std::size_t skip_space(std::string_view text, std::size_t at) {
    const std::size_t next = text.find_first_not_of(kSpace, at);
    return next == std::string_view::npos ? text.size() : next;
}

std::size_t without_space_before(std::string_view text, std::size_t end) {
    const std::size_t last = text.substr(0, end).find_last_not_of(kSpace);
    return last == std::string_view::npos ? 0 : last + 1;
}

// Length of the opening fence line with its line end; 0 when there is none, or none yet.
std::size_t fence_opening(std::string_view text, bool& undecided) {
    const std::size_t begin = skip_space(text, 0);
    const std::string_view rest = text.substr(begin);
    const std::size_t common = std::min(rest.size(), kFence.size());
    if (rest.substr(0, common) != kFence.substr(0, common)) return 0;
    const std::size_t line = rest.find('\n');
    if (line != std::string_view::npos) return begin + line + 1;
    undecided = rest.size() < kFenceLineMax;
    return 0;
}

// Length of {"value": with the space in and after it.
std::size_t value_opening(std::string_view text, bool& undecided) {
    std::size_t at = 0;
    for (const std::string_view token : {"{", "\"value\"", ":"}) {
        at = skip_space(text, at);
        const std::string_view rest = text.substr(at);
        const std::size_t common = std::min(rest.size(), token.size());
        if (rest.substr(0, common) != token.substr(0, common)) return 0;
        if (common < token.size()) {
            undecided = true;
            return 0;
        }
        at += token.size();
    }
    return skip_space(text, at);
}

// End of what cannot be part of the closing fence, nor of the space before it.
std::size_t before_fence(std::string_view text) {
    std::size_t end = without_space_before(text, text.size());
    for (std::size_t ticks = 0; ticks < kFence.size() && end > 0 && text[end - 1] == '`'; ++ticks) --end;
    return without_space_before(text, end);
}

std::size_t before_brace(std::string_view text) {
    std::size_t end = without_space_before(text, text.size());
    if (end > 0 && text[end - 1] == '}') --end;
    return without_space_before(text, end);
}

bool is_closing(std::string_view held, std::string_view mark) {
    const std::size_t begin = skip_space(held, 0);
    return begin == held.size() || held.substr(begin).starts_with(mark);
}

}  // namespace

std::size_t TextFilter::opening(bool& undecided) const {
    return kind_ == Kind::fence ? fence_opening(held_, undecided) : value_opening(held_, undecided);
}

std::size_t TextFilter::certain() const {
    return kind_ == Kind::fence ? before_fence(held_) : before_brace(held_);
}

void TextFilter::feed(std::string_view text, std::string& out) {
    held_ += text;
    // Models have been seen to write blanks without end; they are looked at anew with every piece.
    const bool too_long = held_.size() > kHeldMax;
    if (state_ == State::before) {
        bool undecided = false;
        const std::size_t length = opening(undecided);
        if (undecided && !too_long) return;
        held_.erase(0, length);
        state_ = length == 0 ? State::through : State::inside;
    }
    const std::size_t end = state_ == State::inside && !too_long ? certain() : held_.size();
    out.append(held_, 0, end);
    held_.erase(0, end);
}

void TextFilter::finish(std::string& out) {
    if (state_ != State::inside || !is_closing(held_, kind_ == Kind::fence ? kFence : "}")) out += held_;
    held_.clear();
    state_ = State::through;
}

}  // namespace breakwater
