#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "breakwater/base/strings.hpp"

namespace breakwater {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

struct Sequence {
    std::size_t length;  ///< bytes of the character, or of the ill-formed part that one U+FFFD stands for
    bool valid;
};

/// What a lead byte asks for: how many bytes follow, and the range of the first of them. That range alone excludes
/// overlong forms, surrogates and what lies beyond U+10FFFF (Unicode, table 3-7).
struct Lead {
    std::size_t trail;  ///< 0: not a lead byte
    unsigned char low;
    unsigned char high;
};

constexpr Lead lead_of(unsigned char byte) noexcept {
    if (byte >= 0xC2 && byte <= 0xDF) return {1, 0x80, 0xBF};
    if (byte == 0xE0) return {2, 0xA0, 0xBF};
    if (byte == 0xED) return {2, 0x80, 0x9F};
    if (byte >= 0xE1 && byte <= 0xEF) return {2, 0x80, 0xBF};
    if (byte == 0xF0) return {3, 0x90, 0xBF};
    if (byte >= 0xF1 && byte <= 0xF3) return {3, 0x80, 0xBF};
    if (byte == 0xF4) return {3, 0x80, 0x8F};
    return {0, 0, 0};
}

/// The sequence at the start of `bytes`, which is not empty and does not begin with ASCII.
Sequence sequence_at(std::string_view bytes) noexcept {
    const Lead lead = lead_of(static_cast<unsigned char>(bytes[0]));
    if (lead.trail == 0) return {1, false};
    for (std::size_t i = 1; i <= lead.trail; ++i) {
        if (i == bytes.size()) return {i, false};
        const auto byte = static_cast<unsigned char>(bytes[i]);
        const unsigned char low = i == 1 ? lead.low : 0x80;
        const unsigned char high = i == 1 ? lead.high : 0xBF;
        if (byte < low || byte > high) return {i, false};
    }
    return {lead.trail + 1, true};
}

/// How many ASCII bytes `bytes` begins with, eight at a time.
std::size_t ascii_prefix(std::string_view bytes) noexcept {
    std::size_t at = 0;
    while (bytes.size() - at >= sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, sizeof word);
        if ((word & 0x8080808080808080u) != 0) break;
        at += sizeof word;
    }
    while (at < bytes.size() && static_cast<unsigned char>(bytes[at]) < 0x80) ++at;
    return at;
}

/// Length of the well-formed text that `bytes` begins with.
std::size_t valid_prefix(std::string_view bytes) noexcept {
    std::size_t at = 0;
    while (true) {
        at += ascii_prefix(bytes.substr(at));
        if (at == bytes.size()) return at;
        const Sequence sequence = sequence_at(bytes.substr(at));
        if (!sequence.valid) return at;
        at += sequence.length;
    }
}

}  // namespace

bool is_valid_utf8(std::string_view bytes) noexcept {
    return valid_prefix(bytes) == bytes.size();
}

std::string replace_invalid_utf8(std::string_view bytes) {
    std::string result;
    result.reserve(bytes.size());
    while (true) {
        const std::size_t valid = valid_prefix(bytes);
        result.append(bytes.substr(0, valid));
        bytes.remove_prefix(valid);
        if (bytes.empty()) return result;
        result.append(kReplacement);
        bytes.remove_prefix(sequence_at(bytes).length);
    }
}

}  // namespace breakwater
