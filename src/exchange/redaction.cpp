#include "redaction.hpp"

#include <algorithm>

namespace breakwater {

namespace {

// Shorter ones are words that may stand anywhere.
constexpr std::size_t kSecretBytesMin = 6;

void cover(std::string& text, std::string_view secret) {
    if (secret.size() < kSecretBytesMin) return;
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
        text.replace(at, secret.size(), "***");
        at += 3;
    }
    // A long text was cut to what is shown, at times in the middle of what it quoted.
    for (std::size_t bytes = std::min(secret.size() - 1, text.size()); bytes >= kSecretBytesMin; --bytes) {
        if (!std::string_view(text).ends_with(secret.substr(0, bytes))) continue;
        text.replace(text.size() - bytes, bytes, "***");
        return;
    }
}

}  // namespace

void redact(Error& error, const ProviderBinding& binding) {
    const auto everywhere = [&error](std::string_view secret) {
        cover(error.message, secret);
        cover(error.param, secret);
        cover(error.code, secret);
        if (!error.upstream) return;
        for (std::string* text :
             {&error.upstream->type, &error.upstream->code, &error.upstream->message, &error.upstream->request_id}) {
            cover(*text, secret);
        }
    };
    everywhere(binding.credential->reveal());
    for (const Secret& secret : binding.provider->secrets()) everywhere(secret.reveal());
    for (const auto& [name, value] : binding.headers) everywhere(value);
}

}  // namespace breakwater
