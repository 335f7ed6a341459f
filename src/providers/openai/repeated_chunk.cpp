#include "repeated_chunk.hpp"

#include <functional>

#include "breakwater/base/strings.hpp"

namespace breakwater::openai {
namespace {

/// Longer ones are kept by nobody for a stream's whole life.
constexpr std::size_t kLearntBytesMax = 2'048;

/// Whether a JSON string may hold these bytes as they are: then they are its text as well.
bool stand_for_themselves(std::string_view text) noexcept {
    bool odd = false;
    unsigned char all = 0;
    // Without a branch, so that many can be looked at in one step.
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const int wrong = (byte < 0x20) | (byte == '"') | (byte == '\\');
        odd |= wrong != 0;
        all |= byte;
    }
    return !odd && (all < 0x80 || is_valid_utf8(text));
}

bool is_within(std::string_view whole, std::string_view part) noexcept {
    const std::less_equal<> before{};
    return before(whole.data(), part.data()) && before(part.data() + part.size(), whole.data() + whole.size());
}

}  // namespace

std::optional<PlainText> RepeatedChunk::text_of(std::string_view chunk) noexcept {
    if (learnt_.empty() || chunk.size() < learnt_.size()) return std::nullopt;
    const std::string_view learnt = learnt_;
    if (!chunk.starts_with(learnt.substr(0, text_at_)) || !chunk.ends_with(learnt.substr(text_at_)))
        return std::nullopt;
    const std::string_view text = chunk.substr(text_at_, chunk.size() - learnt.size());
    if (!stand_for_themselves(text)) return std::nullopt;
    tries_left_ = kTries;
    return PlainText{.choice = choice_, .text = text};
}

void RepeatedChunk::learn(std::string_view chunk, const PlainText& plain) {
    const std::string_view text = plain.text;
    // What was written with escapes lies elsewhere; the next one may not be, and be like what is known.
    if (!is_within(chunk, text) || chunk.size() - text.size() > kLearntBytesMax) return;
    const auto begin = static_cast<std::size_t>(text.data() - chunk.data());
    const std::size_t end = begin + text.size();
    const bool quoted = begin > 0 && end < chunk.size() && chunk[begin - 1] == '"' && chunk[end] == '"';
    if (!quoted || !stand_for_themselves(text)) return;
    // Kept as long as the stream, so no more room than it takes.
    learnt_.reserve(chunk.size() - text.size());
    learnt_.assign(chunk.substr(0, begin)).append(chunk.substr(end));
    text_at_ = begin;
    choice_ = plain.choice;
    --tries_left_;
}

}  // namespace breakwater::openai
