#include "redaction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "breakwater/base/strings.hpp"
#include "key_spec.hpp"
#include "source_text.hpp"

namespace breakwater::config {
namespace {

constexpr std::array<std::string_view, 7> kSecretWords{"key",    "token",         "secret",    "password",
                                                       "passwd", "authorization", "credential"};
constexpr std::array<std::string_view, 8> kKeyPrefixes{"sk-", "sk_", "gsk_", "xai-", "pplx-", "csk-", "fw_", "bw-"};
constexpr std::size_t kPrefixedKeyMin = 16;
constexpr std::string_view kSeparators = " \t:=\"'";

bool has_secret_word(std::string_view name) noexcept {
    return std::ranges::any_of(kSecretWords, [&](std::string_view word) { return icontains(name, word); });
}

void collect_plain_keys(std::span<const KeySpec> keys, std::set<std::string_view>& plain) {
    for (const KeySpec& key : keys) {
        // `key` is the path of a file in one place, and what people call a credential in another.
        const bool holds_none =
            key.type != Type::secret && key.type != Type::secrets && key.type != Type::later && key.name != "key";
        if (holds_none && has_secret_word(key.name)) plain.insert(key.name);
        if (key.children != nullptr) collect_plain_keys(key.children(), plain);
    }
}

/// Keys such as `first_token`: a secret's word is in the name, and no secret in the value.
bool is_plain_key(std::string_view name) {
    static const std::set<std::string_view> kPlain = [] {
        std::set<std::string_view> plain;
        collect_plain_keys(all_keys(), plain);
        return plain;
    }();
    return kPlain.contains(name);
}

bool is_name_byte(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

/// Bytes of `text` that belong to the `${NAME`, `${NAME:-` or `${NAME:?message` that it begins with, or 0.
std::size_t reference_head(std::string_view text) noexcept {
    if (!text.starts_with("${")) return 0;
    const std::size_t end =
        text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_", 2);
    if (end == std::string_view::npos || end == 2) return 0;
    if (text[end] == '}') return end;
    const std::string_view rest = text.substr(end);
    if (rest.starts_with(":-")) return end + 2;
    return rest.starts_with(":?") ? std::min(text.find('}'), text.size()) : 0;
}

bool stands_in_braces(std::string_view before) noexcept {
    int open = 0;
    for (const char c : before) {
        if (c == '{' || c == '[') ++open;
        if (c == '}' || c == ']') --open;
    }
    return open > 0;
}

/// Where the quoted text ends whose first character after the quote is at `from`.
std::size_t end_of_quoted(std::string_view line, std::size_t from) noexcept {
    const char quote = line[from - 1];
    for (std::size_t i = from; i < line.size(); ++i) {
        if (quote == '"' && line[i] == '\\') {
            ++i;
        } else if (line[i] == quote) {
            return i;
        }
    }
    return line.size();
}

/// Of a text without quotes: before the comment, or before what ends it in braces and brackets.
std::size_t end_of_plain(std::string_view line, std::size_t from) noexcept {
    std::size_t end = std::min(line.find(" #", from), line.size());
    if (line[from] != '[' && stands_in_braces(line.substr(0, from))) {
        for (std::size_t i = from; i < end; ++i) {
            if (reference_head(line.substr(i)) > 0) {
                i = std::min(line.find('}', i), end);
            } else if (line[i] == ',' || line[i] == '}' || line[i] == ']') {
                end = i;
            }
        }
    }
    while (end > from && (line[end - 1] == ' ' || line[end - 1] == '\t')) --end;
    return end;
}

/// `http://user:password@host` up to the last `@`, and `user:password@host` without a scheme.
void cover_userinfo(std::string& line) {
    const std::size_t at = line.rfind('@');
    if (at == std::string::npos) return;
    const std::size_t scheme = line.find("://");
    if (scheme != std::string::npos && scheme < at) {
        cover(line, scheme + 3, at);
        return;
    }
    const std::size_t before = line.find_last_of(" \t\"'", at);
    const std::size_t from = before == std::string::npos ? 0 : before + 1;
    if (line.find(':', from) < at) cover(line, from, at);
}

/// True when a key may begin at `at`: at the start of the line, of a map or of a list item, or after a comma.
bool begins_entry(std::string_view before) noexcept {
    while (!before.empty() && std::string_view(" \t\"'").find(before.back()) != std::string_view::npos)
        before.remove_suffix(1);
    return before.empty() || std::string_view("{,-").find(before.back()) != std::string_view::npos;
}

/// Where the value of the name `[start, end)` starts, or npos when it has none on this line.
std::size_t value_after(std::string_view line, std::size_t start, std::size_t end) noexcept {
    const std::size_t value = line.find_first_not_of(kSeparators, end);
    if (value == std::string_view::npos || value == end) return std::string_view::npos;
    if (std::string_view(",}]{#").find(line[value]) != std::string_view::npos) return std::string_view::npos;
    const bool is_assigned = line.substr(end, value - end).find_first_of(":=") != std::string_view::npos;
    if (!is_assigned && !begins_entry(line.substr(0, start))) return std::string_view::npos;
    const char last = line[value - 1];
    return last == '"' || last == '\'' ? value - 1 : value;
}

bool looks_like_a_key(std::string_view word) noexcept {
    return word.size() >= kPrefixedKeyMin &&
           std::ranges::any_of(kKeyPrefixes, [&](std::string_view prefix) { return word.starts_with(prefix); });
}

}  // namespace

std::size_t cover(std::string& line, std::size_t from, std::size_t to) {
    const std::size_t characters = character_count(std::string_view(line).substr(from, to - from));
    line.replace(from, to - from, std::string(characters, '*'));
    return from + characters;
}

bool names_secret(std::string_view key) {
    return has_secret_word(key) && !is_plain_key(key);
}

std::size_t cover_value(std::string& line, std::size_t from) {
    if (from >= line.size()) return line.size();
    const bool is_quoted = line[from] == '"' || line[from] == '\'';
    if (is_quoted) ++from;
    if (from >= line.size()) return line.size();
    std::size_t end = is_quoted ? end_of_quoted(line, from) : end_of_plain(line, from);
    if (std::string_view(line).substr(from).starts_with("file:")) return end;
    while (from < end) {
        if (line[from] == '}') {
            ++from;
            continue;
        }
        if (const std::size_t head = reference_head(std::string_view(line).substr(from, end - from)); head > 0) {
            from += head;
            continue;
        }
        // Up to the next reference, or over the default of the one that is open here.
        const std::size_t stop = std::min({line.find("${", from + 1), line.find('}', from + 1), end});
        const std::size_t size = line.size();
        from = cover(line, from, stop);
        end -= size - line.size();
    }
    return end;
}

void cover_secrets(std::string& line) {
    std::size_t at = 0;
    while (at < line.size()) {
        if (!is_name_byte(line[at])) {
            ++at;
            continue;
        }
        std::size_t end = at;
        while (end < line.size() && is_name_byte(line[end])) ++end;
        const std::string_view word = std::string_view(line).substr(at, end - at);
        if (looks_like_a_key(word)) {
            at = cover(line, at, end);
            continue;
        }
        const std::size_t value = names_secret(word) ? value_after(line, at, end) : std::string::npos;
        at = value == std::string::npos ? end : std::max(end, cover_value(line, value));
    }
    cover_userinfo(line);
}

std::string shown_key(std::string_view key) {
    constexpr std::size_t kShownMax = 60;
    // What is behind the cut takes no part, but a value must not become visible because its end is cut off.
    std::string text(key.substr(0, 1024));
    cover_secrets(text);
    return text.size() <= kShownMax ? text : replace_invalid_utf8(std::string_view(text).substr(0, kShownMax));
}

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0u;
        if (text[i] == '\n') {
            out += "\\n";
        } else if (byte < 0x20 || byte == 0x7F) {
            out += fmt::format("\\x{:02x}", byte);
        } else if (byte == 0xC2 && next >= 0x80 && next < 0xA0) {  // the second set of controls, U+0080 to U+009F
            out += fmt::format("\\x{:02x}", next);
            ++i;
        } else {
            out += text[i];
        }
    }
    return out;
}

}  // namespace breakwater::config
