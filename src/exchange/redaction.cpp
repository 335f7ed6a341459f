#include "redaction.hpp"

namespace breakwater {

void redact(Error& error, const ProviderBinding& binding, const Credential* credential) {
    const auto everywhere = [&error](std::string_view secret) {
        cover_secret(error.message, secret);
        cover_secret(error.param, secret);
        cover_secret(error.code, secret);
        if (!error.upstream) return;
        for (std::string* text :
             {&error.upstream->type, &error.upstream->code, &error.upstream->message, &error.upstream->request_id}) {
            cover_secret(*text, secret);
        }
    };
    if (credential != nullptr) {
        everywhere(credential->secret.reveal());
        everywhere(credential->aws.access_key_id.reveal());
        everywhere(credential->aws.secret_access_key.reveal());
        everywhere(credential->aws.session_token.reveal());
    }
    for (const auto& [name, value] : binding.headers) everywhere(value);
}

}  // namespace breakwater
