#include "redacted.hpp"

#include <algorithm>

#include "breakwater/base/base64.hpp"

namespace breakwater::bedrock {

namespace {

constexpr std::string_view kBlobPrefix = "base64:";

}  // namespace

std::string redacted_from_blob(std::string bytes) {
    const bool is_text = std::ranges::all_of(bytes, [](char c) { return c > ' ' && c < 0x7F; });
    if (is_text && !bytes.starts_with(kBlobPrefix)) return bytes;
    return std::string(kBlobPrefix) + encode_base64(bytes);
}

std::string redacted_to_base64(std::string_view redacted) {
    if (redacted.starts_with(kBlobPrefix)) return std::string(redacted.substr(kBlobPrefix.size()));
    return encode_base64(redacted);
}

}  // namespace breakwater::bedrock
