#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include "breakwater/exchange/streams.hpp"
#include "breakwater/net/resolver.hpp"
#include "breakwater/net/stream.hpp"
#include "breakwater/net/timer_queue.hpp"

namespace breakwater {

/// Equal for endpoints that can share connections. Hashed once, since every request looks for it twice.
class ConnectionKey {
public:
    ConnectionKey() = default;
    explicit ConnectionKey(std::string text) : text_(std::move(text)), hash_(std::hash<std::string>()(text_)) {}

    friend bool operator==(const ConnectionKey& a, const ConnectionKey& b) noexcept {
        return a.hash_ == b.hash_ && a.text_ == b.text_;
    }
    struct Hash {
        std::size_t operator()(const ConnectionKey& key) const noexcept { return key.hash_; }
    };

private:
    std::string text_;
    std::size_t hash_ = 0;
};

/// Where and how a provider is reached. From configuration only: nothing of a request ends up here, but for the media
/// that are fetched for clients (`public_only`).
struct UpstreamEndpoint {
    std::string name{};  ///< the provider's, for messages
    bool tls = true;
    std::string host{};
    std::uint16_t port = 443;
    std::string host_header{};  ///< host, and port where it is not the scheme's own
    std::string path_prefix{};  ///< path of the base URL, without a trailing slash
    TlsClientSettings tls_settings{};
    ConnectionKey connection_key{};
    bool public_only = false;  ///< a name that leads elsewhere is not connected to: the host is of a client's choice
};

/// Splits a valid http(s) base URL. Errors: invalid_request with what was expected.
Result<UpstreamEndpoint> make_endpoint(std::string name, std::string_view base_url, TlsClientSettings tls);

/// Idle keep-alive connections of one worker, newest first, at most 64 for an endpoint, none older than 25 s (below the
/// idle time after which providers close), and the TLS contexts and name cache that new ones need.
class UpstreamPool {
public:
    explicit UpstreamPool(Worker& worker);
    ~UpstreamPool();

    /// A live idle connection, or nothing.
    std::unique_ptr<Stream> take(const UpstreamEndpoint& endpoint);
    void give_back(const UpstreamEndpoint& endpoint, std::unique_ptr<Stream> stream);
    /// A new connection, TLS included. Errors: upstream_dns, upstream_connect, upstream_tls, upstream_timeout,
    /// cancelled. `in_progress` points to what is being waited for, so that the caller can cancel it; null again at the
    /// end.
    Task<Result<std::unique_ptr<Stream>>> connect(const UpstreamEndpoint& endpoint, Deadline deadline,
                                                  Cancellable*& in_progress);
    void close_idle();
    [[nodiscard]] std::size_t idle() const noexcept;

private:
    struct Idle {
        std::unique_ptr<Stream> stream;
        TimePoint since;
    };
    Result<std::shared_ptr<TlsContext>> tls_context(const TlsClientSettings& settings);
    void expire();

    Worker& worker_;
    Resolver resolver_;
    TimerEntry expiry_;
    std::unordered_map<ConnectionKey, std::deque<Idle>, ConnectionKey::Hash> idle_;
    std::map<TlsClientSettings, std::shared_ptr<TlsContext>> contexts_;
};

/// An upstream call over HTTP/1.1. The endpoint outlives it (it is part of the request's snapshot).
std::unique_ptr<UpstreamCall> make_http_call(Worker& worker, UpstreamPool& pool, const UpstreamEndpoint& endpoint);
/// One whose request asks to leave HTTP: over a connection of its own, which is in no pool before or after.
std::unique_ptr<UpstreamCall> make_session_call(Worker& worker, UpstreamPool& pool, const UpstreamEndpoint& endpoint);

}  // namespace breakwater
