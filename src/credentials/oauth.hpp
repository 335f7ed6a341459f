#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "breakwater/base/clock.hpp"
#include "breakwater/base/error.hpp"
#include "breakwater/config/config.hpp"
#include "breakwater/credentials/credential.hpp"

/// OAuth 2.0 token endpoints (RFC 6749), as Google and Microsoft run them: the forms that are posted, and their
/// answers.
namespace breakwater::oauth {

inline constexpr std::string_view kGoogleTokenUrl = "https://oauth2.googleapis.com/token";

/// A service account proves itself with an assertion (RFC 7523;
/// https://developers.google.com/identity/protocols/oauth2/service-account). `audience` is the token endpoint's
/// address.
Result<std::string> service_account_form(const config::GoogleAccount& account, std::string_view audience, WallTime now);
/// The claims of that assertion.
std::string service_account_claims(const config::GoogleAccount& account, std::string_view audience, WallTime now);
/// A user's log-in, which application default credentials keep
/// (https://cloud.google.com/docs/authentication/application-default-credentials).
std::string refresh_form(const config::GoogleAccount& account);
/// An application with a secret
/// (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow).
std::string client_credentials_form(const config::EntraSettings& entra);

/// The token in a good answer; nothing when it has none.
std::optional<FetchedCredential> read_token(std::string_view json);
/// What an answer that refuses says: "invalid_grant: Invalid JWT Signature.", made fit to be shown; or empty.
std::string read_refusal(std::string_view json);

}  // namespace breakwater::oauth
