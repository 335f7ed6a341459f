#include <algorithm>
#include <array>
#include <utility>

#include "breakwater/base/error.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater {
namespace {

/// No message is longer; error pages can be megabytes, and the result is cut to far less anyway.
constexpr std::size_t kInputBytesMax = 32u << 10;

constexpr bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

/// Characters of credentials. The asterisk is one because vendors mask the middle of a key that they quote.
constexpr bool is_key_char(char c) noexcept {
    return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.' || c == '*' || c == '+' || c == '/' ||
           c == '=';
}

/// Past the end of the element `name` (its content is no prose), or npos when it is never closed.
std::size_t skip_element(std::string_view text, std::string_view name) noexcept {
    for (std::size_t at = text.find("</"); at != std::string_view::npos; at = text.find("</", at + 2)) {
        if (!istarts_with(text.substr(at + 2), name)) continue;
        const std::size_t close = text.find('>', at);
        return close == std::string_view::npos ? close : close + 1;
    }
    return std::string_view::npos;
}

/// Length of the markup that `text` begins with, 0 when its '<' is just a character.
std::size_t markup_length(std::string_view text) noexcept {
    if (text.size() < 2) return 0;
    const char next = text[1];
    if (!is_letter(next) && next != '/' && next != '!' && next != '?') return 0;
    std::size_t end = std::string_view::npos;
    if (text.starts_with("<!--")) {
        end = text.find("-->");
        end = end == std::string_view::npos ? end : end + 3;
    } else if (istarts_with(text, "<script")) {
        end = skip_element(text, "script");
    } else if (istarts_with(text, "<style")) {
        end = skip_element(text, "style");
    } else {
        end = text.find('>');
        end = end == std::string_view::npos ? end : end + 1;
    }
    return std::min(end, text.size());
}

/// Length of a control character or blank at the start of `text`; 0 when there is none. C1 controls have two bytes.
std::size_t blank_length(std::string_view text) noexcept {
    const auto byte = static_cast<unsigned char>(text[0]);
    if (byte <= 0x20 || byte == 0x7F) return 1;
    if (byte == 0xC2 && text.size() > 1 && static_cast<unsigned char>(text[1]) < 0xA0) return 2;
    return 0;
}

/// Prose only: markup, controls and runs of blanks become one space, and none at the borders.
std::string plain_text(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    bool space = false;
    while (!text.empty()) {
        std::size_t skipped = blank_length(text);
        if (skipped == 0 && text[0] == '<') skipped = markup_length(text);
        if (skipped > 0) {
            space = !result.empty();
            text.remove_prefix(skipped);
            continue;
        }
        if (std::exchange(space, false)) result += ' ';
        result += text[0];
        text.remove_prefix(1);
    }
    return result;
}

constexpr std::array<std::string_view, 10> kKeyPrefixes{"sk-",  "nvapi-", "hf_",  "AIza", "gsk_",
                                                        "xai-", "pplx-",  "csk-", "AKIA", "ya29."};
constexpr std::size_t kKeyCharsMin = 4;

std::size_t key_chars(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::ranges::find_if_not(text, is_key_char) - text.begin());
}

/// Length of the credential that `text` begins with, or 0.
std::size_t key_length(std::string_view text) noexcept {
    for (const std::string_view prefix : kKeyPrefixes) {
        if (!text.starts_with(prefix)) continue;
        const std::size_t rest = key_chars(text.substr(prefix.size()));
        if (rest >= kKeyCharsMin) return prefix.size() + rest;
    }
    return 0;
}

/// Length of a token after "Bearer ", or 0. Prose ("bearer authentication failed") has no digits and is short.
std::size_t token_length(std::string_view text) noexcept {
    const std::size_t length = key_chars(text);
    const std::string_view token = text.substr(0, length);
    const bool looks_random = length >= 24 || (length >= 6 && std::ranges::any_of(token, is_digit));
    return looks_random ? length : 0;
}

/// Length of the user and password that `text`, which follows the "//" of an address, begins with, or 0.
std::size_t user_length(std::string_view text) noexcept {
    const std::size_t end = text.find_first_of(" /?#\"'<>");
    const std::size_t at = text.substr(0, end).rfind('@');
    return at == std::string_view::npos ? 0 : at;
}

/// A text in which nothing can begin but a credential at its start: an identifier, say, which needs no second look.
bool is_one_word(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; });
}

std::string mask_keys(std::string_view text) {
    static constexpr std::string_view kBearer = "bearer ";
    static constexpr std::string_view kAddress = "://";
    std::string result;
    result.reserve(text.size());
    bool word_start = true;
    while (!text.empty()) {
        if (word_start && istarts_with(text, kBearer)) {
            result.append(text.substr(0, kBearer.size()));
            text.remove_prefix(kBearer.size());
            if (const std::size_t token = token_length(text); token > 0) {
                result += "***";
                text.remove_prefix(token);
            }
            continue;
        }
        if (text.starts_with(kAddress)) {
            result += kAddress;
            text.remove_prefix(kAddress.size());
            if (const std::size_t user = user_length(text); user > 0) {
                result += "***";
                text.remove_prefix(user);
            }
            word_start = true;
            continue;
        }
        if (const std::size_t key = word_start ? key_length(text) : 0; key > 0) {
            result += "***";
            text.remove_prefix(key);
            continue;
        }
        const char c = text[0];
        word_start = !is_letter(c) && !is_digit(c) && c != '-' && c != '_';
        result += c;
        text.remove_prefix(1);
    }
    return result;
}

}  // namespace

std::string sanitise_provider_text(std::string_view text, std::size_t max_bytes) {
    if (text.size() <= max_bytes && is_one_word(text) && key_length(text) == 0) return std::string(text);
    // Keys are masked before the cut: the half of a key that a cut leaves may be too short to be known as one.
    std::string result = mask_keys(plain_text(replace_invalid_utf8(text.substr(0, kInputBytesMax))));
    if (result.size() <= max_bytes) return result;
    std::size_t end = max_bytes;
    while (end > 0 && (static_cast<unsigned char>(result[end]) & 0xC0) == 0x80) --end;
    result.resize(end);
    return result;
}

}  // namespace breakwater
