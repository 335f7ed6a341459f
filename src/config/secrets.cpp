#include "secrets.hpp"

#include <algorithm>
#include <array>

#include "breakwater/base/strings.hpp"

namespace breakwater::config {
namespace {

constexpr std::size_t kSecretBytesMin = 8;

// Parts of what examples and templates have in place of a key; matched without case and with `_` taken for `-`.
constexpr std::array<std::string_view, 14> kPlaceholderParts{
    "changeme",    "change-me",  "your-key",  "your-api-key", "your-openai",  "your-anthropic", "your-token",
    "placeholder", "replace-me", "replaceme", "insert-key",   "api-key-here", "key-here",       "xxxxxxxx"};
constexpr std::array<std::string_view, 8> kPlaceholders{"sk-1234",  "sk-12345", "sk-123456", "12345678",
                                                        "password", "sk-xxxx",  "dummy-key", "sk-xxxxxx"};

bool is_placeholder(std::string_view value) {
    std::string folded = to_lower(value);
    std::ranges::replace(folded, '_', '-');
    if (std::ranges::find(kPlaceholders, folded) != kPlaceholders.end()) return true;
    if (std::ranges::all_of(folded, [&](char c) { return c == folded.front(); })) return true;
    if (folded.starts_with('<') || folded.find("...") != std::string::npos) return true;
    return std::ranges::any_of(kPlaceholderParts,
                               [&](std::string_view part) { return folded.find(part) != std::string::npos; });
}

}  // namespace

std::optional<SecretFault> secret_fault(std::string_view value) {
    const std::string where = "use the key that the provider gave you, for example from a variable: \"${NAME}\"";
    if (trim(value).empty()) return SecretFault{"the credential is empty", where};
    if (!std::ranges::all_of(value, [](char c) { return c > ' ' && c < 0x7F; })) {
        return SecretFault{"the credential has a blank, a line break or another character that a header cannot carry",
                           "check how it was copied"};
    }
    if (is_placeholder(value)) return SecretFault{"the credential is a placeholder", where};
    if (value.size() < kSecretBytesMin) {
        return SecretFault{"the credential is shorter than 8 characters",
                           where + "; leave `api_key` out for a server of your own that needs none"};
    }
    return std::nullopt;
}

std::string_view without_file_prefix(std::string_view path) noexcept {
    constexpr std::string_view kPrefix = "file:";
    return path.starts_with(kPrefix) ? path.substr(kPrefix.size()) : path;
}

std::string resolve_path(std::string_view path, std::string_view config_path) {
    if (path.starts_with('/')) return std::string(path);
    const std::size_t slash = config_path.rfind('/');
    if (slash == std::string_view::npos) return std::string(path);
    return std::string(config_path.substr(0, slash + 1)) + std::string(path);
}

}  // namespace breakwater::config
