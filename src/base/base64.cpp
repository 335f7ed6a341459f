#include "breakwater/base/base64.hpp"

#include <algorithm>
#include <cstdint>

namespace breakwater {

namespace {

int value_of(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+' || c == '-') return 62;
    if (c == '/' || c == '_') return 63;
    return -1;
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
    std::string out;
    if (!append_decoded_base64(out, text)) return std::nullopt;
    return out;
}

bool append_decoded_base64(std::string& out, std::string_view text) {
    while (text.ends_with('=')) text.remove_suffix(1);
    if (text.size() % 4 == 1) return false;
    out.reserve(out.size() + text.size() * 3 / 4);
    std::uint32_t bits = 0;
    int pending = 0;
    for (const char c : text) {
        const int value = value_of(c);
        if (value < 0) return false;
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        pending += 6;
        if (pending < 8) continue;
        pending -= 8;
        out.push_back(static_cast<char>((bits >> pending) & 0xFFu));
    }
    return true;
}

void append_base64(std::string& out, std::string_view bytes) {
    static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            bits = (bits << 8) | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0u);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            out.push_back(i <= count ? kDigits[(bits >> (18 - 6 * i)) & 63u] : '=');
        }
    }
}

std::string encode_base64(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    append_base64(out, bytes);
    return out;
}

std::string_view sniff_image_type(std::string_view base64) {
    using namespace std::string_view_literals;
    const std::string head = decode_base64(base64.substr(0, 16)).value_or("");
    if (head.starts_with("\x89PNG"sv)) return "image/png";
    if (head.starts_with("\xFF\xD8\xFF"sv)) return "image/jpeg";
    if (head.starts_with("GIF8"sv)) return "image/gif";
    if (head.starts_with("RIFF"sv) && head.substr(8).starts_with("WEBP"sv)) return "image/webp";
    return {};
}

}  // namespace breakwater
