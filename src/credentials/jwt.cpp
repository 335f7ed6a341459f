#include "jwt.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>

namespace breakwater::jwt {

namespace {

template <auto release>
struct Release {
    void operator()(auto* object) const noexcept { release(object); }
};
using Bio = std::unique_ptr<BIO, Release<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;

/// Without this OpenSSL asks for the passphrase of an encrypted key on the terminal.
int no_passphrase(char*, int, int, void*) noexcept {
    return -1;
}

Key read_key(std::string_view pem) {
    const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    if (!bio) return nullptr;
    Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
    if (key && EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) key.reset();
    return key;
}

std::string sign(EVP_PKEY* key, std::string_view text) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    const Context context(EVP_MD_CTX_new());
    std::size_t size = 0;
    if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) != 1) {
        return {};
    }
    std::string signature(size, '\0');
    auto* out = reinterpret_cast<unsigned char*>(signature.data());
    if (EVP_DigestSign(context.get(), out, &size, bytes, text.size()) != 1) return {};
    signature.resize(size);
    return signature;
}

}  // namespace

std::string base64url(std::string_view bytes) {
    static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text;
    text.reserve((bytes.size() * 4 + 2) / 3);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i)
            group = (group << 8) | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0u);
        for (std::size_t i = 0; i <= count; ++i) text += kAlphabet[(group >> (18 - 6 * i)) & 63];
    }
    return text;
}

std::string signing_input(std::string_view header, std::string_view claims) {
    return base64url(header) + "." + base64url(claims);
}

Result<Secret> sign_rs256(std::string_view header, std::string_view claims, const Secret& private_key) {
    std::string token = signing_input(header, claims);
    const Key key = read_key(private_key.reveal());
    const std::string signature = key ? sign(key.get(), token) : std::string();
    ERR_clear_error();  // the thread's queue is read by others, who would take ours for theirs
    if (signature.empty()) return fail(ErrorKind::upstream_auth, "The private key is not an RSA key that can be read.");
    return Secret(token + "." + base64url(signature));
}

}  // namespace breakwater::jwt
