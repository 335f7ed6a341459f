#include "auth.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <memory>

#include "breakwater/base/strings.hpp"

namespace breakwater {

namespace {

using Hex = std::array<char, std::size_t{SHA256_DIGEST_LENGTH} * 2>;

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

/// Zeros, which are no key's digest, if OpenSSL cannot do it.
Hex digest_of(std::string_view bytes) {
    // SHA256() would look the algorithm up and make a context each time, which costs more than the digest of a key.
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    Hex hex{};
    if (EVP_DigestInit_ex2(context.get(), algorithm, nullptr) != 1 ||
        EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) != 1 ||
        EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) != 1) {
        return hex;
    }
    static constexpr char kHex[] = "0123456789abcdef";
    char* at = hex.data();
    for (std::size_t i = 0; i < SHA256_DIGEST_LENGTH; ++i) {
        const unsigned char byte = digest.data()[i];
        *at++ = kHex[byte >> 4];
        *at++ = kHex[byte & 15];
    }
    return hex;
}

/// Takes the same time whatever differs.
bool same(const Hex& a, std::string_view b) noexcept {
    return b.size() == a.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
    const Hex hex = digest_of(bytes);
    return {hex.data(), hex.size()};
}

std::string_view presented_key(const Headers& headers) noexcept {
    if (const auto authorization = headers.find("authorization")) {
        constexpr std::string_view kBearer = "bearer ";
        if (istarts_with(*authorization, kBearer)) return trim(authorization->substr(kBearer.size()));
    }
    if (const auto key = headers.find("api-key")) return trim(*key);
    if (const auto key = headers.find("x-api-key")) return trim(*key);
    return trim(headers.get("x-goog-api-key"));
}

Result<const config::ClientKey*> authenticate(const config::Config& config, const Headers& headers,
                                              std::string_view in_query) {
    if (config.keys_open) return nullptr;
    std::string_view presented = presented_key(headers);
    if (presented.empty()) presented = in_query;
    if (presented.empty()) {
        return fail(
            ErrorKind::unauthorized,
            "No API key was sent. Send one as `Authorization: Bearer KEY`; the operator of this gateway has it.");
    }
    const Hex digest = digest_of(presented);
    const config::ClientKey* match = nullptr;
    for (const config::ClientKey& key : config.keys) {
        const bool equal = same(digest, key.sha256);
        if (equal && key.enabled) match = &key;
    }
    if (match == nullptr)
        return fail(ErrorKind::unauthorized, "The API key is not one of this gateway's. Ask its operator for one.");
    return match;
}

bool may_use(const config::ClientKey* key, std::string_view route) noexcept {
    return key == nullptr || key->routes.empty() || std::ranges::find(key->routes, route) != key->routes.end();
}

bool may_reach(const config::ClientKey* key, std::string_view provider) noexcept {
    if (key == nullptr) return true;
    if (key->providers) return std::ranges::find(*key->providers, provider) != key->providers->end();
    // What binds the key to routes would bind nothing if it could pass them by.
    return key->routes.empty() && key->constraints.empty();
}

}  // namespace breakwater
