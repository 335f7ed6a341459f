#include "breakwater/base/strings.hpp"
#include "breakwater/config/credential_files.hpp"
#include "secrets.hpp"

namespace breakwater::config {
namespace {

/// `[name]` or `[profile name]`; empty when the line opens no section.
std::string_view section_of(std::string_view line) {
    if (!line.starts_with('[')) return {};
    const std::size_t close = line.find(']');
    if (close == std::string_view::npos) return {};
    std::string_view name = trim(line.substr(1, close - 1));
    constexpr std::string_view kProfile = "profile ";
    if (name.starts_with(kProfile)) name = trim(name.substr(kProfile.size()));
    return name;
}

bool is_comment(std::string_view line) {
    return line.empty() || line.front() == '#' || line.front() == ';';
}

/// Where a setting of one of the three goes.
Secret* place_of(std::string_view name, AwsKeys& keys) {
    if (iequals(name, "aws_access_key_id")) return &keys.access_key_id;
    if (iequals(name, "aws_secret_access_key")) return &keys.secret_access_key;
    if (iequals(name, "aws_session_token")) return &keys.session_token;
    return nullptr;
}

}  // namespace

std::expected<AwsKeys, std::string> parse_aws_credentials(std::string_view content, std::string_view profile) {
    AwsKeys keys;
    bool inside = false;
    bool found = false;
    while (!content.empty()) {
        const std::size_t end = content.find('\n');
        const std::string_view whole = content.substr(0, end);
        content.remove_prefix(end == std::string_view::npos ? content.size() : end + 1);
        const std::string_view line = trim(whole);
        if (is_comment(line)) continue;
        if (line.front() == '[') {
            inside = section_of(line) == profile;
            found = found || inside;
            continue;
        }
        // A line that is indented belongs to the setting above it.
        if (!inside || whole.front() == ' ' || whole.front() == '\t') continue;
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos) continue;
        Secret* place = place_of(trim(line.substr(0, equals)), keys);
        if (place != nullptr) *place = Secret(std::string(trim(line.substr(equals + 1))));
    }
    const std::string name(profile);
    if (!found) return std::unexpected("there is no profile " + name);
    if (keys.access_key_id.empty()) return std::unexpected("the profile " + name + " has no aws_access_key_id");
    if (keys.secret_access_key.empty()) return std::unexpected("the profile " + name + " has no aws_secret_access_key");
    for (const Secret* key : {&keys.access_key_id, &keys.secret_access_key, &keys.session_token}) {
        if (key->empty()) continue;
        if (const auto fault = secret_fault(key->reveal()))
            return std::unexpected("a key of the profile " + name + " cannot be one: " + fault->message);
    }
    return keys;
}

}  // namespace breakwater::config
