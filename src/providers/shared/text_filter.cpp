#include "text_filter.hpp"

#include <algorithm>

namespace breakwater {

namespace {

constexpr std::string_view kValueOpening = R"({"value":)";
// Models have been seen to write blanks without end.
constexpr std::size_t kHeldMax = 4096;
constexpr std::size_t kTicksMin = 3;
constexpr std::size_t kTicksMax = 16;
constexpr std::size_t kWordMax = 32;

bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_word(char c) noexcept {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-';
}

/// And not the answer itself: a number, one of JSON's words, or what is too long for a name.
bool is_language(std::string_view word) noexcept {
    return word.size() < kWordMax && is_letter(word.front()) && word != "true" && word != "false" && word != "null";
}

}  // namespace

void TextFilter::feed(std::string_view text, std::string& out) {
    while (!text.empty() && state_ == State::before) {
        open(text.front(), out);
        text.remove_prefix(1);
    }
    while (!text.empty() && state_ == State::behind_opening && skip(text.front())) text.remove_prefix(1);
    if (state_ == State::inside) return feed_inside(text, out);
    out += text;
}

void TextFilter::finish(std::string& out) {
    const bool closes = state_ == State::inside && (marks_ == closing_ || marks_ == 0);
    if (!closes) out += held_;
    held_.clear();
    state_ = State::through;
}

void TextFilter::open(char c, std::string& out) {
    held_ += c;
    const Step step = kind_ == Kind::fence ? open_fence(c, out) : open_value(c);
    if (step == Step::done || (step == Step::more && held_.size() < kHeldMax)) return;
    pass_held(held_.size(), out);
    state_ = State::through;
}

TextFilter::Step TextFilter::open_value(char c) {
    const bool between_tokens = opened_ < 2 || opened_ + 1 == kValueOpening.size();
    if (between_tokens && is_blank(c)) return Step::more;
    if (c != kValueOpening[opened_]) return Step::no_wrapping;
    if (++opened_ < kValueOpening.size()) return Step::more;
    held_.clear();
    state_ = State::behind_opening;
    return Step::done;
}

TextFilter::Step TextFilter::open_fence(char c, std::string& out) {
    const bool reads_ticks = opened_ == 0 || held_[held_.size() - 2] == '`';
    if (opened_ == 0 && is_blank(c)) return Step::more;
    if (c == '`' && reads_ticks && opened_ < kTicksMax) {
        ++opened_;
        return Step::more;
    }
    if (opened_ < kTicksMin || (c == '`' && reads_ticks)) return Step::no_wrapping;
    if (word_ == 0 && is_blank(c) && c != '\n') return Step::more;
    if (!is_word(c)) return end_word(c, out);
    if (word_ == 0) word_ = held_.size() - 1;
    return held_.size() - word_ <= kWordMax ? Step::more : end_word(c, out);
}

// `c` is held last, and stands behind the word.
TextFilter::Step TextFilter::end_word(char c, std::string& out) {
    const std::string word = word_ == 0 ? std::string() : held_.substr(word_, held_.size() - 1 - word_);
    held_.clear();
    closing_ = opened_;
    const bool drops = word.empty() || is_language(word);
    state_ = drops ? State::behind_opening : State::inside;
    if (!drops) out += word;
    if (!drops || !skip(c)) feed_inside(std::string_view(&c, 1), out);
    return Step::done;
}

// True for what goes with the opening: of a fence the rest of its line, as far as that is blank.
bool TextFilter::skip(char c) {
    if (!is_blank(c) || (kind_ == Kind::fence && c == '\n')) state_ = State::inside;
    return is_blank(c);
}

void TextFilter::feed_inside(std::string_view text, std::string& out) {
    constexpr std::string_view kBlanksAndTicks = " \t\r\n`";
    constexpr std::string_view kBlanksAndBraces = " \t\r\n}";
    const std::size_t last = text.find_last_not_of(kind_ == Kind::fence ? kBlanksAndTicks : kBlanksAndBraces);
    if (last != std::string_view::npos) {
        pass_held(held_.size(), out);
        out += text.substr(0, last + 1);
        text.remove_prefix(last + 1);
    }
    for (const char c : text) hold(c, out);
}

void TextFilter::hold(char c, std::string& out) {
    if (c == mark()) {
        const bool blanks_behind = held_.size() > blanks_ + marks_;
        if (marks_ > 0 && blanks_behind) pass_held(blanks_ + marks_, out);  // others close, if any
        if (marks_ == closing_) pass_held(blanks_ + 1, out);                // the last ones close
        if (marks_ == 0) blanks_ = held_.size();
        ++marks_;
    }
    held_ += c;
    if (held_.size() == kHeldMax) pass_held(held_.size(), out);
}

void TextFilter::pass_held(std::size_t size, std::string& out) {
    out.append(held_, 0, size);
    held_.erase(0, size);
    marks_ -= std::min(marks_, size - std::min(size, blanks_));
    blanks_ -= std::min(blanks_, size);
}

}  // namespace breakwater
