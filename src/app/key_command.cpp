#include <fmt/format.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <array>
#include <cstdio>

#include "commands.hpp"

namespace breakwater::app {

namespace {

/// 32 characters of a 64-letter alphabet: 192 bits, so that a plain digest is enough to store it by.
std::optional<std::string> random_key() {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::array<unsigned char, 32> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return std::nullopt;
    std::string key = "bw-";
    for (const unsigned char byte : bytes) key += kAlphabet[byte & 63];
    return key;
}

std::string digest_of(const std::string& key) {
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(key.data()), key.size(), digest.data());
    std::string hex;
    for (const unsigned char byte : digest) hex += fmt::format("{:02x}", byte);
    return hex;
}

}  // namespace

int new_key(const std::string& name) {
    const auto key = random_key();
    if (!key) {
        std::fputs("breakwater: the operating system gave no random bytes; no key was made.\n", stderr);
        return kFailure;
    }
    fmt::print(
        "{}\n\n# Give the key above to the client: it is shown only now. Put this under `keys:` in the configuration:\n"
        "- {{ name: {}, sha256: \"{}\" }}\n",
        *key, name, digest_of(*key));
    return kOk;
}

}  // namespace breakwater::app
