#include "sts.hpp"

#include <chrono>

#include "breakwater/base/error.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/base/utc_time.hpp"

namespace breakwater::sts {

namespace {

/// The text of the first element of that name; the answer has each of those that are looked for at most once, without
/// attributes.
std::string_view element(std::string_view xml, std::string_view name) {
    const std::string opening = "<" + std::string(name) + ">";
    const std::string closing = "</" + std::string(name) + ">";
    const std::size_t begin = xml.find(opening);
    if (begin == std::string_view::npos) return {};
    xml.remove_prefix(begin + opening.size());
    const std::size_t end = xml.find(closing);
    return end == std::string_view::npos ? std::string_view() : trim(xml.substr(0, end));
}

/// Keys are of a plain alphabet; anything else in their place is not one.
bool is_key(std::string_view text) {
    constexpr std::size_t kKeyBytesMax = 8192;
    if (text.empty() || text.size() > kKeyBytesMax) return false;
    for (const char c : text) {
        if (c <= ' ' || c >= 0x7F || c == '<' || c == '&') return false;
    }
    return true;
}

}  // namespace

std::string assume_role_form(std::string_view role_arn, std::string_view token) {
    return "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=breakwater&RoleArn=" +
           percent_encode(role_arn) + "&WebIdentityToken=" + percent_encode(token);
}

std::optional<FetchedCredential> read_keys(std::string_view xml, WallTime now) {
    const std::string_view keys = element(xml, "Credentials");
    const std::string_view id = element(keys, "AccessKeyId");
    const std::string_view secret = element(keys, "SecretAccessKey");
    const std::string_view token = element(keys, "SessionToken");
    const std::optional<WallTime> end = parse_utc_time(element(keys, "Expiration"));
    if (!is_key(id) || !is_key(secret) || !is_key(token) || !end) return std::nullopt;
    FetchedCredential fetched;
    fetched.credential.aws = {.access_key_id = Secret(std::string(id)),
                              .secret_access_key = Secret(std::string(secret)),
                              .session_token = Secret(std::string(token))};
    fetched.life = std::chrono::duration_cast<std::chrono::seconds>(*end - now);
    return fetched;
}

std::string read_refusal(std::string_view xml) {
    const std::string_view error = element(xml, "Error");
    std::string text(element(error, "Code"));
    if (const std::string_view message = element(error, "Message"); !message.empty())
        text.append(text.empty() ? "" : ": ").append(message);
    return sanitise_provider_text(text, 300);
}

}  // namespace breakwater::sts
