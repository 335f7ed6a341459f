#include "digest.hpp"

#include <openssl/evp.h>

#include <array>

namespace breakwater::config {

std::string sha256_hex(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string text;
    for (unsigned int i = 0; i < length; ++i) {
        text += kHex[digest[i] >> 4u];
        text += kHex[digest[i] & 0x0Fu];
    }
    return text;
}

}  // namespace breakwater::config
