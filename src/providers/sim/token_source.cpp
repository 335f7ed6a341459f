#include "token_source.hpp"

#include <algorithm>
#include <array>

namespace breakwater::sim {
namespace {

/// Text without blanks (Chinese, base64) is cut here, so that it streams as well.
constexpr std::size_t kTokenBytesMax = 24;

/// With the blank that stands before all but the first, so that most tokens of prose are handed out as they are here.
constexpr std::array<std::string_view, 48> kWords{
    " lorem",   " ipsum",    " dolor",     " sit",      " amet",  " consectetur", " adipiscing", " elit",
    " sed",     " do",       " eiusmod",   " tempor",   " ut",    " labore",      " et",         " dolore",
    " magna",   " aliqua",   " enim",      " ad",       " minim", " veniam",      " quis",       " nostrud",
    " ullamco", " nisi",     " aliquip",   " ex",       " ea",    " commodo",     " duis",       " aute",
    " irure",   " in",       " voluptate", " velit",    " esse",  " cillum",      " fugiat",     " nulla",
    " sint",    " occaecat", " non",       " proident", " sunt",  " culpa",       " officia",    " mollit"};

bool is_blank(char c) noexcept {
    // Without a branch, so that many bytes can be compared at a time.
    const int blank = (c == ' ') | (c == '\n') | (c == '\t') | (c == '\r');
    return blank != 0;
}
bool continues_character(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// Length of the token that `text`, which is not empty, begins with.
std::size_t token_length(std::string_view text) noexcept {
    const char* const longest = text.data() + std::min(text.size(), kTokenBytesMax);
    const char* const word = std::find_if_not(text.data(), longest, is_blank);
    auto end = static_cast<std::size_t>(std::find_if(word, longest, is_blank) - text.data());
    if (end == text.size()) return end;
    while (end > 1 && continues_character(text[end])) --end;
    return end;
}

}  // namespace

TokenSource::TokenSource(std::string text, std::optional<std::size_t> total, std::uint64_t seed)
    : text_(std::move(text)), left_(total), rng_(seed) {}

bool TokenSource::next(std::string_view& token) {
    if (!kept_.empty()) {
        word_.swap(kept_);
        kept_.clear();
        token = word_;
        return true;
    }
    if (left_ && *left_ == 0) return false;
    if (!next_of_text(token)) {
        if (!left_) return false;
        next_of_prose(token);
    }
    if (left_) --*left_;
    started_ = true;
    return true;
}

bool TokenSource::next_of_text(std::string_view& token) {
    const std::string_view rest = std::string_view(text_).substr(at_);
    if (rest.empty()) return false;
    token = rest.substr(0, token_length(rest));
    at_ += token.size();
    return true;
}

void TokenSource::next_of_prose(std::string_view& token) {
    const bool opens_sentence = words_to_stop_ == 0;
    if (opens_sentence) words_to_stop_ = 5 + rng_.below(9);
    const std::size_t blank = started_ ? 0 : 1;
    token = kWords[rng_.below(kWords.size())].substr(blank);
    const bool closes_sentence = --words_to_stop_ == 0 || left_ == 1;
    if (!opens_sentence && !closes_sentence) return;
    word_ = token;
    char& first = word_[1 - blank];
    if (opens_sentence) first = static_cast<char>(first - 'a' + 'A');
    if (closes_sentence) word_ += '.';
    token = word_;
}

void TokenSource::skip(std::string_view prefix) {
    std::string_view token;
    while (!prefix.empty() && next(token)) {
        const std::size_t compared = std::min(prefix.size(), token.size());
        const auto differ =
            std::mismatch(token.begin(), token.begin() + static_cast<std::ptrdiff_t>(compared), prefix.begin());
        const auto same = static_cast<std::size_t>(differ.first - token.begin());
        if (same == token.size()) {
            prefix.remove_prefix(same);
            continue;
        }
        kept_.assign(token.substr(same));
        return;
    }
}

std::size_t count_tokens(std::string_view text) {
    // All bytes alike, many at a time: where words end, no processor can foresee. A byte holds what a step can count.
    constexpr std::size_t kStep = 128;
    std::size_t words = text.empty() || is_blank(text.front()) ? 0 : 1;
    for (std::string_view rest = text; rest.size() > 1; rest.remove_prefix(std::min(kStep, rest.size() - 1))) {
        const char* const bytes = rest.data();
        std::uint8_t begun = 0;
        for (std::size_t i = 0; i < std::min(kStep, rest.size() - 1); ++i) {
            begun = static_cast<std::uint8_t>(begun + (is_blank(bytes[i]) > is_blank(bytes[i + 1])));
        }
        words += begun;
    }
    if (!text.empty() && is_blank(text.back())) ++words;  // what is left over is a token as well
    return std::max(words, (text.size() + kTokenBytesMax - 1) / kTokenBytesMax);
}

}  // namespace breakwater::sim
