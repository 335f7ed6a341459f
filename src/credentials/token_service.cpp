#include "breakwater/credentials/token_service.hpp"

#include <algorithm>
#include <tuple>

#include "breakwater/base/strings.hpp"
#include "breakwater/config/credential_files.hpp"
#include "oauth.hpp"
#include "sts.hpp"

namespace breakwater {

namespace {

/// For what is given without an end: it is read again when the provider refuses it.
constexpr std::chrono::hours kForGood{24 * 365};

/// Longer than any token that an orchestrator puts into a file.
constexpr std::size_t kIdentityBytesMax = 16u << 10;

std::unexpected<Error> no_credential(const config::Provider& provider, std::string_view why) {
    return fail(ErrorKind::upstream_auth,
                "There is no credential for provider " + provider.name + ": " + std::string(why) + ".");
}

std::string url_of(const config::Provider& provider, CredentialOrigin origin) {
    if (!provider.token_url.empty()) return provider.token_url;
    switch (origin) {
        case CredentialOrigin::aws_role:
            return "https://sts." + provider.aws.region +
                   (provider.aws.region.starts_with("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com");
        case CredentialOrigin::google_service:
        case CredentialOrigin::google_user:
            return provider.google.account.token_url.empty() ? std::string(oauth::kGoogleTokenUrl)
                                                             : provider.google.account.token_url;
        case CredentialOrigin::entra:
            return "https://login.microsoftonline.com/" + percent_encode(provider.entra.tenant_id) +
                   "/oauth2/v2.0/token";
        case CredentialOrigin::fixed:
        case CredentialOrigin::pool:
        case CredentialOrigin::api_key_file:
        case CredentialOrigin::aws_profile:
            break;
    }
    return {};
}

Result<std::string> form_of(const config::Provider& provider, CredentialOrigin origin, std::string_view content,
                            std::string_view url, WallTime now) {
    switch (origin) {
        case CredentialOrigin::aws_role: {
            const std::string_view token = trim(content);
            if (token.empty() || token.size() > kIdentityBytesMax)
                return no_credential(provider, "the web identity token file has no token");
            return sts::assume_role_form(provider.aws.role_arn, token);
        }
        case CredentialOrigin::google_service:
            return oauth::service_account_form(provider.google.account, url, now);
        case CredentialOrigin::google_user:
            return oauth::refresh_form(provider.google.account);
        case CredentialOrigin::entra:
            return oauth::client_credentials_form(provider.entra);
        case CredentialOrigin::fixed:
        case CredentialOrigin::pool:
        case CredentialOrigin::api_key_file:
        case CredentialOrigin::aws_profile:
            break;
    }
    return no_credential(provider, "nobody gives one");
}

bool is_google(CredentialOrigin origin) noexcept {
    return origin == CredentialOrigin::google_service || origin == CredentialOrigin::google_user;
}

/// The provider as its file has it by now. Keys are rotated while the gateway runs, and who has just been refused must
/// not ask with the old one again. An account that is half written is no JSON, and an empty secret is none: then what
/// was read before holds. Half of a secret is one like any other, which is refused; the next fetch reads the file
/// again.
config::Provider with_file(config::Provider provider, CredentialOrigin origin, std::string_view content) {
    if (is_google(origin)) {
        if (auto account = config::parse_google_account(content)) provider.google.account = std::move(*account);
    } else if (origin == CredentialOrigin::entra) {
        if (auto secret = config::parse_key_file(content)) provider.entra.client_secret = std::move(*secret);
    }
    return provider;
}

/// The values of a form that prove something.
std::vector<Secret> proofs_in(std::string_view form) {
    std::vector<Secret> proofs;
    for (const std::string_view field : split(form, '&')) {
        const std::size_t equals = field.find('=');
        const std::string_view name = field.substr(0, equals);
        const bool proves =
            name == "assertion" || name == "client_secret" || name == "refresh_token" || name == "WebIdentityToken";
        if (proves) proofs.emplace_back(percent_decode(field.substr(equals + 1)).value_or(""));
    }
    return proofs;
}

bool is_refusal(int status) noexcept {
    return status >= 400 && status < 500 && status != 408 && status != 429;
}

}  // namespace

CredentialOrigin credential_origin(const config::Provider& provider) noexcept {
    using Kind = config::GoogleAccount::Kind;
    if (!provider.api_keys.empty()) return CredentialOrigin::pool;
    if (!provider.api_key_file.empty()) return CredentialOrigin::api_key_file;
    if (!provider.api_key.empty()) return CredentialOrigin::fixed;
    if (!provider.aws.role_arn.empty()) return CredentialOrigin::aws_role;
    if (!provider.aws.credentials_file.empty()) return CredentialOrigin::aws_profile;
    if (provider.google.account.kind == Kind::service_account) return CredentialOrigin::google_service;
    if (provider.google.account.kind == Kind::authorized_user) return CredentialOrigin::google_user;
    if (!provider.entra.client_id.empty()) return CredentialOrigin::entra;
    return CredentialOrigin::fixed;
}

bool same_credential_settings(const config::Provider& a, const config::Provider& b) {
    const auto said = [](const config::Provider& provider) {
        const config::AwsSettings& aws = provider.aws;
        const config::GoogleAccount& google = provider.google.account;
        const config::EntraSettings& entra = provider.entra;
        return std::tuple(
            provider.api_key.reveal(), std::string_view(provider.api_key_file), std::string_view(provider.token_url),
            std::string_view(provider.ca_file), provider.insecure_skip_verify,
            std::tuple(std::string_view(aws.region), aws.keys.access_key_id.reveal(),
                       aws.keys.secret_access_key.reveal(), aws.keys.session_token.reveal(),
                       std::string_view(aws.credentials_file), std::string_view(aws.profile),
                       std::string_view(aws.role_arn), std::string_view(aws.web_identity_token_file)),
            std::tuple(std::string_view(provider.google.account_file), google.kind, std::string_view(google.client),
                       std::string_view(google.key_id), google.private_key.reveal(), google.client_secret.reveal(),
                       google.refresh_token.reveal(), std::string_view(google.token_url)),
            std::tuple(std::string_view(entra.tenant_id), std::string_view(entra.client_id),
                       entra.client_secret.reveal(), std::string_view(entra.secret_file),
                       std::string_view(entra.scope)));
    };
    const auto same_key = [](const config::PoolKey& x, const config::PoolKey& y) {
        return x.key.reveal() == y.key.reveal() && x.weight == y.weight;
    };
    return said(a) == said(b) && std::ranges::equal(a.api_keys, b.api_keys, same_key);
}

Credential configured_credential(const config::Provider& provider) {
    return {.secret = provider.api_key, .access_token = false, .aws = provider.aws.keys};
}

const std::string& credential_file(const config::Provider& provider, CredentialOrigin origin) noexcept {
    static const std::string kNone;
    if (origin == CredentialOrigin::api_key_file) return provider.api_key_file;
    if (origin == CredentialOrigin::aws_profile) return provider.aws.credentials_file;
    if (origin == CredentialOrigin::aws_role) return provider.aws.web_identity_token_file;
    if (is_google(origin)) return provider.google.account_file;
    if (origin == CredentialOrigin::entra) return provider.entra.secret_file;
    return kNone;
}

bool knows_file_by_heart(CredentialOrigin origin) noexcept {
    return is_google(origin) || origin == CredentialOrigin::entra;
}

Result<FetchedCredential> read_credential_file(const config::Provider& provider, CredentialOrigin origin,
                                               std::string_view content) {
    FetchedCredential fetched{.credential = {}, .life = kForGood};
    if (origin == CredentialOrigin::aws_profile) {
        auto keys = config::parse_aws_credentials(content, provider.aws.profile);
        if (!keys) return no_credential(provider, "in the credentials file, " + keys.error());
        fetched.credential.aws = std::move(*keys);
        return fetched;
    }
    auto key = config::parse_key_file(content);
    if (!key) return no_credential(provider, "in the file of its key, " + key.error());
    fetched.credential.secret = std::move(*key);
    return fetched;
}

Result<TokenCall> token_call(const config::Provider& configured, CredentialOrigin origin, std::string_view content,
                             WallTime now) {
    const config::Provider provider = with_file(configured, origin, content);
    if (is_google(origin)) origin = credential_origin(provider);
    const std::string url = url_of(provider, origin);
    Result<std::string> form = form_of(provider, origin, content, url, now);
    if (!form) return std::unexpected(std::move(form.error()));
    const std::size_t host = url.find("://") + 3;
    const std::size_t path = url.find('/', host);
    TokenCall call{.base_url = url.substr(0, path),
                   .http = {.method = "POST", .target = path == std::string::npos ? "/" : url.substr(path)}};
    call.http.headers.add("content-type", "application/x-www-form-urlencoded");
    call.http.headers.add("accept", origin == CredentialOrigin::aws_role ? "text/xml" : "application/json");
    call.http.headers.add("user-agent", "breakwater");
    call.proofs = proofs_in(*form);
    call.http.body = std::move(*form);
    return call;
}

Result<FetchedCredential> read_token_answer(const config::Provider& provider, CredentialOrigin origin, int status,
                                            std::string_view body, std::span<const Secret> proofs, WallTime now) {
    const bool aws = origin == CredentialOrigin::aws_role;
    if (status == 200) {
        std::optional<FetchedCredential> fetched = aws ? sts::read_keys(body, now) : oauth::read_token(body);
        if (fetched && fetched->life > std::chrono::seconds(0)) return std::move(*fetched);
        return no_credential(
            provider, fetched ? "the token service gave one that has expired" : "the token service's answer has none");
    }
    std::string said = aws ? sts::read_refusal(body) : oauth::read_refusal(body);
    for (const Secret& proof : proofs) cover_secret(said, proof.reveal());
    if (said.empty()) said = "it answered with status " + std::to_string(status);
    while (said.ends_with('.')) said.pop_back();
    auto refused = no_credential(provider, "the token service refused to give one: " + said);
    if (!is_refusal(status)) refused.error().should_retry = true;
    return refused;
}

}  // namespace breakwater
