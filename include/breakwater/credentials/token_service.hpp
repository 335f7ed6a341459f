#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/base/clock.hpp"
#include "breakwater/base/error.hpp"
#include "breakwater/config/config.hpp"
#include "breakwater/credentials/credential.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {

/// Where the credential of a provider comes from, by its settings.
enum class CredentialOrigin : std::uint8_t {
    fixed,           ///< the configuration has it, or there is none
    pool,            ///< the configuration has several
    api_key_file,    ///< the configuration has it from a file, which may hold another one by now
    aws_profile,     ///< as before, a shared credentials file
    aws_role,        ///< AWS STS, for a web identity token
    google_service,  ///< Google OAuth, for an assertion that is signed with a service account's key
    google_user,     ///< Google OAuth, for a user's refresh token
    entra,           ///< Microsoft Entra, for an application's secret
};

CredentialOrigin credential_origin(const config::Provider& provider) noexcept;

/// Whether a credential of the one is one of the other.
bool same_credential_settings(const config::Provider& a, const config::Provider& b);

/// What the configuration itself says: nothing in it when the credential has to be asked for.
Credential configured_credential(const config::Provider& provider);

/// The file that a credential of this origin stands in, or what it is asked for with; empty when there is none.
const std::string& credential_file(const config::Provider& provider, CredentialOrigin origin) noexcept;

/// Whether what the configuration read of that file serves as well, when it cannot be read now.
bool knows_file_by_heart(CredentialOrigin origin) noexcept;

/// A credential that stands in a file, out of its content. Errors: upstream_auth.
Result<FetchedCredential> read_credential_file(const config::Provider& provider, CredentialOrigin origin,
                                               std::string_view content);

/// A call to who gives credentials.
struct TokenCall {
    std::string base_url{};  ///< scheme and host
    HttpRequest http{};      ///< complete but for what the transport writes
    /// Proofs that the request carries. The service may quote them, and they must not be shown.
    std::vector<Secret> proofs{};
};

/// `content` is that of the `credential_file`, if there is one: it may be newer than the configuration, whose own words
/// hold when it has none that can be used. Signs with RSA for service accounts, which takes a millisecond. Errors:
/// upstream_auth.
Result<TokenCall> token_call(const config::Provider& provider, CredentialOrigin origin, std::string_view content,
                             WallTime now);

/// Reads the answer. `body` is at most 64 KB. Errors: upstream_auth with the service's own words, made fit to be shown;
/// `should_retry` when another moment may help. `proofs` are those of the call.
Result<FetchedCredential> read_token_answer(const config::Provider& provider, CredentialOrigin origin, int status,
                                            std::string_view body, std::span<const Secret> proofs, WallTime now);

}  // namespace breakwater
