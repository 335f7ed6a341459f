#pragma once

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "breakwater/net/tls.hpp"

namespace breakwater {

/// A key and a certificate that it has signed itself, in files, as the configuration names them. The files go with it.
class TlsFiles {
public:
    TlsFiles() {
        const std::string base = testing::TempDir() + "breakwater-tls-" + std::to_string(::getpid());
        certificate = base + ".pem";
        key = base + ".key";
        const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> pair(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"),
                                                                  EVP_PKEY_free);
        const std::unique_ptr<X509, void (*)(X509*)> made(X509_new(), X509_free);
        ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
        X509_gmtime_adj(X509_getm_notBefore(made.get()), -60);
        X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
        X509_set_pubkey(made.get(), pair.get());
        EXPECT_GT(X509_sign(made.get(), pair.get(), EVP_sha256()), 0);
        write(certificate, [&](std::FILE* file) { return PEM_write_X509(file, made.get()); });
        write(key, [&](std::FILE* file) {
            return PEM_write_PrivateKey(file, pair.get(), nullptr, nullptr, 0, nullptr, nullptr);
        });
    }
    ~TlsFiles() {
        std::remove(certificate.c_str());
        std::remove(key.c_str());
    }
    TlsFiles(const TlsFiles&) = delete;
    TlsFiles& operator=(const TlsFiles&) = delete;

    std::string certificate;
    std::string key;

private:
    static void write(const std::string& path, auto&& content) {
        std::FILE* file = std::fopen(path.c_str(), "wb");
        ASSERT_NE(file, nullptr) << path;
        EXPECT_EQ(content(file), 1) << path;
        std::fclose(file);
    }
};

/// A context for servers, as a worker has one.
inline std::shared_ptr<TlsContext> server_context(const TlsFiles& files, const TlsTicketKeys& keys) {
    auto made = TlsContext::server(files.certificate, files.key, keys);
    EXPECT_TRUE(made) << made.error().message;
    return made ? *made : nullptr;
}

/// A context for clients that takes any certificate.
inline std::shared_ptr<TlsContext> client_context() {
    auto made = TlsContext::client({.insecure_skip_verify = true});
    EXPECT_TRUE(made) << made.error().message;
    return made ? *made : nullptr;
}

/// One end of a connection over a socket that does not block. Owns both.
class TlsEnd {
public:
    TlsEnd(TlsContext& context, int fd)
        : fd_(fd), tls_(context.new_connection(BIO_new_socket(fd, BIO_NOCLOSE), "localhost", "localhost")) {}
    ~TlsEnd() {
        SSL_set_shutdown(tls_, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);  // or its session counts as broken
        SSL_free(tls_);
        ::close(fd_);
    }
    TlsEnd(const TlsEnd&) = delete;
    TlsEnd& operator=(const TlsEnd&) = delete;

    [[nodiscard]] ssl_st* tls() const noexcept { return tls_; }
    /// Goes on with the handshake; whether it is over.
    bool shake() {
        ERR_clear_error();
        return SSL_do_handshake(tls_) == 1;
    }
    /// The content of the next record, or nothing when it has not come. OpenSSL gives no more than one at a time.
    std::string read() {
        std::string record(SSL3_RT_MAX_PLAIN_LENGTH, '\0');
        ERR_clear_error();
        const int got = SSL_read(tls_, record.data(), static_cast<int>(record.size()));
        record.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return record;
    }

private:
    int fd_;
    ssl_st* tls_;
};

/// Two connected sockets that do not block, and whose kernel takes little at a time.
inline std::array<int, 2> small_sockets() {
    std::array<int, 2> fds{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds.data()), 0);
    const int bytes = 4'096;
    for (const int fd : fds) ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
    return fds;
}

}  // namespace breakwater
