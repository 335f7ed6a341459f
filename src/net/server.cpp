#include "breakwater/net/server.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "server_state.hpp"

namespace breakwater {

namespace {

int open_spare() {
    return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/// Out of descriptors: gives up the spare one to take a connection out of the queue and close it, so that its client
/// learns at once.
void shed_one(Server::State& server) {
    if (server.spare_fd < 0) return;
    ::close(server.spare_fd);
    const int fd = ::accept4(server.listener.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) ::close(fd);
    server.spare_fd = open_spare();
}

enum class Accepted : std::uint8_t {
    one,
    none,       ///< the queue is empty
    exhausted,  ///< descriptors or memory are
    failed,     ///< the connection that was to be taken had an error of its own; others may wait behind it
};

Accepted accept_one(Server::State& server) {
    const int fd = ::accept4(server.listener.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
        server.worker.renew_now();  // the one before may have had a whole request with it
        server.worker.start(serve_connection(server.shared_from_this(), fd));
        return Accepted::one;
    }
    if (errno == EAGAIN) return Accepted::none;
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) return Accepted::exhausted;
    return errno == ECONNABORTED || errno == EINTR ? Accepted::one : Accepted::failed;
}

/// A copy, because cancelling a connection takes it out of the list.
template <class Predicate>
std::vector<Stream*> streams_of(const Server::State& server, Predicate wanted) {
    std::vector<Stream*> streams;
    for (const OpenConnection& connection : server.connections) {
        if (wanted(connection)) streams.push_back(connection.stream);
    }
    return streams;
}

Task<void> accept_loop(std::shared_ptr<Server::State> server) {
    // Bounds one turn of the event loop: a flood of connections must not starve the streams that run.
    constexpr int kPerTurn = 64;
    CancelSource never;
    while (!server->draining) {
        if (co_await server->listener.readable(Deadline()) != WaitResult::ready) break;
        Accepted last = Accepted::one;
        for (int i = 0; i < kPerTurn && last == Accepted::one; ++i) last = accept_one(*server);
        if (last == Accepted::none) server->listener.drained();
        if (last == Accepted::exhausted) shed_one(*server);
        if (last == Accepted::exhausted || last == Accepted::failed) {
            // Without a pause the listener, still readable, would keep the loop busy.
            co_await server->worker.sleep_until(server->worker.now() + std::chrono::milliseconds(50), never);
        }
    }
}

}  // namespace

void Server::State::connection_ended() {
    if (draining && connections.empty() && on_drained) std::exchange(on_drained, nullptr)();
}

OpenConnection* Server::State::find(const Stream* stream) noexcept {
    const auto found = std::ranges::find(connections, stream, &OpenConnection::stream);
    return found != connections.end() ? &*found : nullptr;
}

Server::Server(Worker& worker, int listen_fd, RequestHandler& handler,
               std::function<std::shared_ptr<const ServerSettings>()> settings, std::shared_ptr<TlsContext> tls,
               std::atomic<std::size_t>& open)
    : state_(std::make_shared<State>(worker, listen_fd, handler, std::move(settings), std::move(tls), open)) {
    state_->spare_fd = open_spare();
}

Server::~Server() {
    if (state_->spare_fd >= 0) ::close(state_->spare_fd);
}

void Server::start() {
    state_->worker.start(accept_loop(state_));
}

void Server::drain(std::function<void()> on_drained) {
    if (state_->draining) return;
    // Connections that the kernel has completed but we have not taken would be reset by the close: serve them.
    while (accept_one(*state_) == Accepted::one) {
    }
    state_->draining = true;
    state_->on_drained = std::move(on_drained);
    state_->listener.cancel();
    state_->listener.close();
    // Between requests there is nothing to finish. One whose next request has arrived already is still served.
    for (Stream* stream : streams_of(*state_, [](const OpenConnection& connection) {
             return connection.idle && connection.stream->idle_and_alive();
         })) {
        stream->cancel();
    }
    state_->connection_ended();
}

void Server::end_requests() {
    for (const Stream* stream : streams_of(*state_, [](const OpenConnection& each) { return each.gone != nullptr; })) {
        // The end of one may be that of others.
        if (const auto connection = state_->find(stream); connection != nullptr && connection->gone != nullptr)
            connection->gone->request(CancelSource::Cause::shutdown);
    }
}

void Server::abort() {
    for (Stream* stream : streams_of(*state_, [](const OpenConnection&) { return true; })) {
        // One that waits for an upstream does not wait for its client: both are told. Each can end the connection at
        // once.
        if (const auto connection = state_->find(stream); connection != nullptr && connection->gone != nullptr)
            connection->gone->request();
        if (state_->find(stream) != nullptr) stream->cancel();
    }
}

}  // namespace breakwater
