#include "auth.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "breakwater/base/strings.hpp"

namespace breakwater {

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
    static constexpr char kHex[] = "0123456789abcdef";
    std::string hex;
    hex.reserve(digest.size() * 2);
    for (const unsigned char byte : digest) {
        hex += kHex[byte >> 4];
        hex += kHex[byte & 15];
    }
    return hex;
}

std::string_view presented_key(const Headers& headers) noexcept {
    if (const auto authorization = headers.find("authorization")) {
        constexpr std::string_view kBearer = "bearer ";
        if (istarts_with(*authorization, kBearer)) return trim(authorization->substr(kBearer.size()));
    }
    if (const auto key = headers.find("api-key")) return trim(*key);
    return trim(headers.get("x-api-key"));
}

Result<const config::ClientKey*> authenticate(const config::Config& config, const Headers& headers) {
    if (config.keys_open) return nullptr;
    const std::string_view presented = presented_key(headers);
    if (presented.empty()) {
        return fail(
            ErrorKind::unauthorized,
            "No API key was sent. Send one as `Authorization: Bearer KEY`; the operator of this gateway has it.");
    }
    const std::string digest = sha256_hex(presented);
    const config::ClientKey* match = nullptr;
    for (const config::ClientKey& key : config.keys) {
        const bool equal =
            key.sha256.size() == digest.size() && CRYPTO_memcmp(key.sha256.data(), digest.data(), digest.size()) == 0;
        if (equal && key.enabled) match = &key;
    }
    if (match == nullptr)
        return fail(ErrorKind::unauthorized, "The API key is not one of this gateway's. Ask its operator for one.");
    return match;
}

bool may_use(const config::ClientKey* key, std::string_view route) noexcept {
    return key == nullptr || key->routes.empty() || std::ranges::find(key->routes, route) != key->routes.end();
}

}  // namespace breakwater
