#pragma once

#include <atomic>
#include <list>
#include <vector>

#include "breakwater/net/server.hpp"
#include "breakwater/net/stream.hpp"

namespace breakwater {

/// An open connection as the server sees it.
struct OpenConnection {
    Stream* stream;
    bool idle = true;              ///< between requests
    CancelSource* gone = nullptr;  ///< of the request being served
};

/// What a server's connections share. Kept alive by each of them.
struct Server::State : std::enable_shared_from_this<Server::State> {
    State(Worker& w, int listen_fd, RequestHandler& h, std::function<std::shared_ptr<const ServerSettings>()> s,
          std::shared_ptr<TlsContext> t, std::atomic<std::size_t>& o)
        : worker(w), listener(w, listen_fd), handler(h), settings(std::move(s)), tls(std::move(t)), open(o) {}

    Worker& worker;
    Descriptor listener;
    RequestHandler& handler;
    std::function<std::shared_ptr<const ServerSettings>()> settings;
    std::shared_ptr<TlsContext> tls;
    std::atomic<std::size_t>& open;  ///< connections of all servers that share the limit
    std::list<OpenConnection> connections;
    std::function<void()> on_drained;
    bool draining = false;
    /// Reserve for telling a client that no descriptors are left instead of leaving it in the queue.
    int spare_fd = -1;

    void connection_ended();
    /// Null when it has ended.
    OpenConnection* find(const Stream* stream) noexcept;
};

/// Serves one connection to its end.
Task<void> serve_connection(std::shared_ptr<Server::State> server, int fd);

}  // namespace breakwater
