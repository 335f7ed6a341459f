#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "breakwater/base/error.hpp"
#include "breakwater/base/secret.hpp"

struct bio_st;
struct ssl_ctx_st;
struct ssl_st;

namespace breakwater {

/// How upstream certificates are checked. Two providers with equal settings share a context.
struct TlsClientSettings {
    std::string ca_file{};  ///< PEM bundle instead of the system's store
    bool insecure_skip_verify = false;
    friend auto operator<=>(const TlsClientSettings&, const TlsClientSettings&) = default;
};

/// What the tickets are sealed with by which a client resumes its session. Contexts that are given the same keys resume
/// each other's sessions: a client's next connection goes to whichever worker the kernel picks. Random, never printed,
/// wiped when they die; a context has a copy of its own. Any thread may read them.
///
/// Nothing renews them: like the keys that OpenSSL makes for a context, they live as long as the process. Who steals
/// them can read what was recorded of TLS 1.2 sessions that had a ticket. Not of TLS 1.3, which exchanges fresh keys
/// when it resumes a session too.
class TlsTicketKeys {
public:
    /// Fails when OpenSSL has no random numbers.
    static Result<TlsTicketKeys> make();

private:
    friend class TlsContext;
    explicit TlsTicketKeys(Secret bytes) : bytes_(std::move(bytes)) {}
    Secret bytes_;
};

/// An OpenSSL context with everything a connection needs. One per worker and settings: OpenSSL 3.0 takes locks that
/// workers should not share. Client contexts keep the newest session of each host for resumption.
class TlsContext {
public:
    static Result<std::shared_ptr<TlsContext>> client(const TlsClientSettings& settings);
    /// For clients that connect to us; `ticket_keys` are copied. Errors name the file.
    static Result<std::shared_ptr<TlsContext>> server(const std::string& certificate_file, const std::string& key_file,
                                                      const TlsTicketKeys& ticket_keys);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    /// A new connection over `socket`, which it takes over. For clients: SNI, host name check and a stored session of
    /// `host:port`. Null when OpenSSL has no memory, for it or for the socket before.
    ssl_st* new_connection(bio_st* socket, std::string_view host, std::string_view session_key);

private:
    struct Sessions;
    TlsContext(ssl_ctx_st* context, bool client);
    ssl_ctx_st* context_;
    bool client_;
    std::unique_ptr<Sessions> sessions_;
};

/// Why a handshake failed, for operators: certificate problems by name, otherwise OpenSSL's reason. Never parts of the
/// certificate.
std::string tls_failure(ssl_st* connection);

}  // namespace breakwater
