#include "breakwater/net/tls.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <unordered_map>
#include <utility>

#include "breakwater/base/strings.hpp"

namespace breakwater {

/// Newest session by "host:port". TLS 1.3 tickets arrive after the handshake, so OpenSSL hands them over by callback.
struct TlsContext::Sessions {
    static constexpr std::size_t kMax = 256;
    std::unordered_map<std::string, SSL_SESSION*, StringHash, std::equal_to<>> by_host;

    ~Sessions() {
        for (auto& [host, session] : by_host) SSL_SESSION_free(session);
    }
    void store(std::string_view host, SSL_SESSION* session) {
        auto found = by_host.find(host);
        if (found != by_host.end()) {
            SSL_SESSION_free(std::exchange(found->second, session));
            return;
        }
        if (by_host.size() >= kMax) {
            SSL_SESSION_free(by_host.begin()->second);
            by_host.erase(by_host.begin());
        }
        by_host.emplace(std::string(host), session);
    }
};

namespace {

// Slots for what a connection's callbacks need to find.
int sessions_index() {
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

void free_key(void*, void* key, CRYPTO_EX_DATA*, int, long, void*) {
    delete static_cast<std::string*>(key);
}

int session_key_index() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, free_key);
    return index;
}

bool is_ip_literal(const std::string& host) {
    unsigned char scratch[sizeof(in6_addr)];
    return ::inet_pton(AF_INET, host.c_str(), scratch) == 1 || ::inet_pton(AF_INET6, host.c_str(), scratch) == 1;
}

std::string last_error() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    const char* reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
    return reason != nullptr ? reason : "unknown TLS error";
}

SSL_CTX* new_context(const SSL_METHOD* method) {
    SSL_CTX* context = SSL_CTX_new(method);
    if (context == nullptr) return nullptr;
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_mode(context,
                     SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // A record's head and its body in one read, and all that has come behind it.
    SSL_CTX_set_read_ahead(context, 1);
    // A peer that closes without close_notify is an end of file like any other; the framing decides whether it was
    // complete.
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    // The system's openssl.cnf may switch it on. With it the kernel encrypts, and what could not be sent stays in the
    // caller's buffer, which streams do not keep between two tries.
    SSL_CTX_clear_options(context, SSL_OP_ENABLE_KTLS);
    return context;
}

/// Names the sessions as ours: OpenSSL resumes one only in the context of its name.
constexpr std::string_view kSessionContext = "breakwater";

bool set_session_context(SSL_CTX* context) {
    return SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(kSessionContext.data()),
                                          kSessionContext.size()) == 1;
}

}  // namespace

Result<TlsTicketKeys> TlsTicketKeys::make() {
    // How long they are is for OpenSSL to say, and only a context says it.
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    const long length = context != nullptr ? SSL_CTX_set_tlsext_ticket_keys(context, nullptr, 0) : 0;
    SSL_CTX_free(context);
    if (length <= 0) return fail(ErrorKind::internal, "OpenSSL cannot make keys for session tickets: " + last_error());
    std::string bytes(static_cast<std::size_t>(length), '\0');
    if (RAND_priv_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(length)) != 1) {
        return fail(ErrorKind::internal, "OpenSSL has no random numbers for session tickets: " + last_error());
    }
    return TlsTicketKeys(Secret(std::move(bytes)));
}

TlsContext::TlsContext(ssl_ctx_st* context, bool client)
    : context_(context), client_(client), sessions_(std::make_unique<Sessions>()) {
    SSL_CTX_set_ex_data(context_, sessions_index(), sessions_.get());
}

TlsContext::~TlsContext() {
    SSL_CTX_free(context_);
}

Result<std::shared_ptr<TlsContext>> TlsContext::client(const TlsClientSettings& settings) {
    SSL_CTX* context = new_context(TLS_client_method());
    if (context == nullptr) return fail(ErrorKind::internal, "OpenSSL cannot make a client context: " + last_error());
    std::shared_ptr<TlsContext> made(new TlsContext(context, true));
    SSL_CTX_set_verify(context, settings.insecure_skip_verify ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
    const bool loaded = settings.ca_file.empty()
                            ? SSL_CTX_set_default_verify_paths(context) == 1
                            : SSL_CTX_load_verify_locations(context, settings.ca_file.c_str(), nullptr) == 1;
    if (!loaded)
        return fail(ErrorKind::upstream_tls, "The CA file " + settings.ca_file + " cannot be loaded: " + last_error());

    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, [](SSL* connection, SSL_SESSION* session) {
        auto* sessions = static_cast<Sessions*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(connection), sessions_index()));
        const auto* key = static_cast<std::string*>(SSL_get_ex_data(connection, session_key_index()));
        if (key == nullptr) return 0;
        sessions->store(*key, session);
        return 1;  // we keep the reference
    });
    return made;
}

Result<std::shared_ptr<TlsContext>> TlsContext::server(const std::string& certificate_file, const std::string& key_file,
                                                       const TlsTicketKeys& ticket_keys) {
    SSL_CTX* context = new_context(TLS_server_method());
    if (context == nullptr) return fail(ErrorKind::internal, "OpenSSL cannot make a server context: " + last_error());
    std::shared_ptr<TlsContext> made(new TlsContext(context, false));
    if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1) {
        return fail(ErrorKind::internal,
                    "The certificate file " + certificate_file + " cannot be used: " + last_error());
    }
    if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
        return fail(ErrorKind::internal, "The key file " + key_file + " cannot be used: " + last_error());
    }
    const std::string_view keys = ticket_keys.bytes_.reveal();
    // OpenSSL copies them, although it asks for bytes that it may change.
    if (SSL_CTX_set_tlsext_ticket_keys(context, const_cast<char*>(keys.data()), static_cast<long>(keys.size())) != 1) {
        return fail(ErrorKind::internal, "OpenSSL does not take the keys for session tickets: " + last_error());
    }
    if (!set_session_context(context)) {
        return fail(ErrorKind::internal, "OpenSSL does not take the name of our sessions: " + last_error());
    }
    // HTTP/1.1 is what we speak; a client that offers only h2 is told so by ALPN.
    SSL_CTX_set_alpn_select_cb(
        context,
        [](SSL*, const unsigned char** out, unsigned char* length, const unsigned char* in, unsigned int in_length,
           void*) {
            static constexpr unsigned char kOurs[] = "\x08http/1.1";
            unsigned char* chosen = nullptr;
            const int found = SSL_select_next_proto(&chosen, length, kOurs, sizeof(kOurs) - 1, in, in_length);
            *out = chosen;
            return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
        },
        nullptr);
    return made;
}

ssl_st* TlsContext::new_connection(bio_st* socket, std::string_view host, std::string_view session_key) {
    SSL* connection = socket != nullptr ? SSL_new(context_) : nullptr;
    if (connection == nullptr) {
        BIO_free(socket);
        return nullptr;
    }
    SSL_set_bio(connection, socket, socket);
    if (!client_) {
        SSL_set_accept_state(connection);
        return connection;
    }
    SSL_set_connect_state(connection);
    const std::string name(host);
    if (is_ip_literal(name)) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), name.c_str());
    } else {
        SSL_set_tlsext_host_name(connection, name.c_str());
        SSL_set_hostflags(connection, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        SSL_set1_host(connection, name.c_str());
    }
    static constexpr unsigned char kOffer[] = "\x08http/1.1";
    SSL_set_alpn_protos(connection, kOffer, sizeof(kOffer) - 1);
    SSL_set_ex_data(connection, session_key_index(), new std::string(session_key));
    if (const auto found = sessions_->by_host.find(session_key); found != sessions_->by_host.end()) {
        SSL_set_session(connection, found->second);
    }
    return connection;
}

std::string tls_failure(ssl_st* connection) {
    const long verify = SSL_get_verify_result(connection);
    if (verify != X509_V_OK) {
        ERR_clear_error();
        return std::string("the certificate was not accepted (") + X509_verify_cert_error_string(verify) + ")";
    }
    return last_error();
}

}  // namespace breakwater
