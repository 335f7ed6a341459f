#include "oauth.hpp"

#include <chrono>

#include "breakwater/base/strings.hpp"
#include "breakwater/wire/http_message.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "jwt.hpp"

namespace breakwater::oauth {

namespace {

constexpr std::string_view kGoogleScope = "https://www.googleapis.com/auth/cloud-platform";
constexpr std::string_view kAzureScope = "https://cognitiveservices.azure.com/.default";
constexpr std::string_view kJwtGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// The longest life that Google takes.
constexpr std::chrono::seconds kAssertionLife{3600};
/// A clock that is a little fast must not make an assertion of the future.
constexpr std::chrono::seconds kClockSkew{10};
/// What is assumed of a token whose answer names no end.
constexpr std::chrono::seconds kUnstatedLife{300};

std::int64_t unix_seconds(WallTime time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::string service_account_header(const config::GoogleAccount& account) {
    std::string header;
    JsonWriter json(header);
    json.begin_object().field("alg", "RS256").field("typ", "JWT");
    if (!account.key_id.empty()) json.field("kid", account.key_id);
    json.end_object();
    return header;
}

void append(std::string& form, std::string_view name, std::string_view value) {
    if (!form.empty()) form += '&';
    form.append(name).append("=").append(percent_encode(value));
}

}  // namespace

std::string service_account_claims(const config::GoogleAccount& account, std::string_view audience, WallTime now) {
    const std::int64_t issued = unix_seconds(now - kClockSkew);
    std::string claims;
    JsonWriter(claims)
        .begin_object()
        .field("iss", account.client)
        .field("scope", kGoogleScope)
        .field("aud", audience)
        .field("iat", issued)
        .field("exp", issued + kAssertionLife.count())
        .end_object();
    return claims;
}

Result<std::string> service_account_form(const config::GoogleAccount& account, std::string_view audience,
                                         WallTime now) {
    const Result<Secret> assertion = jwt::sign_rs256(
        service_account_header(account), service_account_claims(account, audience, now), account.private_key);
    if (!assertion) return std::unexpected(assertion.error());
    std::string form;
    append(form, "grant_type", kJwtGrant);
    append(form, "assertion", assertion->reveal());
    return form;
}

std::string refresh_form(const config::GoogleAccount& account) {
    std::string form;
    append(form, "grant_type", "refresh_token");
    append(form, "client_id", account.client);
    append(form, "client_secret", account.client_secret.reveal());
    append(form, "refresh_token", account.refresh_token.reveal());
    return form;
}

std::string client_credentials_form(const config::EntraSettings& entra) {
    std::string form;
    append(form, "grant_type", "client_credentials");
    append(form, "client_id", entra.client_id);
    append(form, "client_secret", entra.client_secret.reveal());
    append(form, "scope", entra.scope.empty() ? kAzureScope : std::string_view(entra.scope));
    return form;
}

std::optional<FetchedCredential> read_token(std::string_view json) {
    JsonReader reader;
    const Result<JsonReader::Element> answer = reader.parse(json);
    if (!answer) return std::nullopt;
    const auto token = get_string(*answer, "access_token");
    if (!token || token->empty() || !is_header_value(*token) || token->find(' ') != std::string_view::npos)
        return std::nullopt;
    FetchedCredential fetched;
    fetched.credential = {.secret = Secret(std::string(*token)), .access_token = true, .aws = {}};
    std::optional<std::int64_t> life = get_int(*answer, "expires_in");
    // Some endpoints write numbers as texts.
    if (const auto text = get_string(*answer, "expires_in")) life = parse_i64(*text);
    fetched.life = life ? std::chrono::seconds(*life) : kUnstatedLife;
    return fetched;
}

std::string read_refusal(std::string_view json) {
    JsonReader reader;
    const Result<JsonReader::Element> answer = reader.parse_repaired(json);
    if (!answer) return {};
    std::string text(get_string(*answer, "error").value_or(""));
    if (const auto more = get_string(*answer, "error_description"); more && !more->empty())
        text.append(text.empty() ? "" : ": ").append(*more);
    return sanitise_provider_text(text, 300);
}

}  // namespace breakwater::oauth
