#include "sts.hpp"

#include <array>
#include <chrono>

#include "breakwater/base/error.hpp"
#include "breakwater/base/strings.hpp"

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

/// The number that `digits` characters at `at` are, or nothing.
std::optional<int> number(std::string_view text, std::size_t at, std::size_t digits) {
    int value = 0;
    for (std::size_t i = at; i < at + digits; ++i) {
        if (i >= text.size() || text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    return value;
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
    const std::optional<WallTime> end = read_time(element(keys, "Expiration"));
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

std::optional<WallTime> read_time(std::string_view text) {
    constexpr std::string_view kForm = "0000-00-00T00:00:00";
    if (text.size() <= kForm.size() || text.size() > 40 || !text.ends_with('Z')) return std::nullopt;
    for (std::size_t i = 0; i < kForm.size(); ++i) {
        if (kForm[i] != '0' && text[i] != kForm[i]) return std::nullopt;
    }
    const std::string_view rest = text.substr(kForm.size());
    if (rest != "Z" && !(rest.starts_with('.') && number(rest, 1, rest.size() - 2) && rest.size() <= 11))
        return std::nullopt;
    std::array<int, 6> parts{};
    static constexpr std::array<std::pair<std::size_t, std::size_t>, 6> kPlaces{
        {{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}, {17, 2}}};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto part = number(text, kPlaces[i].first, kPlaces[i].second);
        if (!part) return std::nullopt;
        parts[i] = *part;
    }
    const auto [year, month, day, hour, minute, second] = parts;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second);
}

}  // namespace breakwater::sts
