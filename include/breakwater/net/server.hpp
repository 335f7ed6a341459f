#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "breakwater/config/config.hpp"
#include "breakwater/exchange/client_body.hpp"
#include "breakwater/exchange/streams.hpp"
#include "breakwater/net/tls.hpp"
#include "breakwater/net/worker.hpp"

namespace breakwater {

/// A request as a handler gets it: framing removed, body complete and within its limit, but for what of an upload is
/// passed on as it comes.
struct ServerRequest {
    HttpRequest http{};
    ClientBody* rest = nullptr;  ///< what the body goes on with behind what is here; nearly always null
    std::string client{};        ///< peer address, for the log
    TimePoint received{};        ///< first byte of the head
    TimePoint head_complete{};
    TimePoint body_complete{};  ///< or the start of it that an upload is taken up with
};

/// What the server asks of its user; one per listener and worker, called on the worker's thread.
class RequestHandler {
public:
    virtual ~RequestHandler() = default;
    /// Looks at the head before the body is read (and before 100 Continue is said): a refusal is written and the
    /// connection closed.
    virtual std::optional<HttpResponse> admit(const HttpRequest& head) = 0;
    /// Whether the request can be handled with the start of its body alone, and gets the rest as it comes: an upload.
    /// Asked once, of a body that is longer than a megabyte; if not, all of it is read first.
    [[nodiscard]] virtual bool takes_start(const HttpRequest& /*start*/) { return false; }
    /// Answers the request with one respond(), or start_stream() ... finish_stream(). Both outlive the task.
    virtual Task<void> handle(ServerRequest& request, ClientStream& client) = 0;
    /// An error of the HTTP layer in the handler's dialect: bad framing, limits, time-outs.
    /// `head` is null where the head itself is at fault.
    [[nodiscard]] virtual HttpResponse refusal(int status, std::string_view reason, const HttpRequest* head) = 0;
};

/// Settings that a reload may change; a request uses those in force when it begins.
struct ServerSettings {
    config::Limits limits{};
    config::ServerTimeouts timeouts{};
    config::HalfClose half_close = config::HalfClose::cancel;
};

/// HTTP/1.1 server of one worker on one listening socket (SO_REUSEPORT: the kernel spreads connections over the
/// workers).
class Server {
public:
    /// `settings` is asked once per request. `tls` null = plain. Takes ownership of the listening socket.
    /// `open` counts the connections of all servers that share a limit; it outlives them.
    Server(Worker& worker, int listen_fd, RequestHandler& handler,
           std::function<std::shared_ptr<const ServerSettings>()> settings, std::shared_ptr<TlsContext> tls,
           std::atomic<std::size_t>& open);
    ~Server();

    void start();
    /// Takes what the kernel has queued, accepts no more, closes idle connections; running requests get `Connection:
    /// close` and finish. `on_drained` runs on the worker once the last connection is gone.
    void drain(std::function<void()> on_drained);
    /// Ends what is still running: each request may say so to its client.
    void end_requests();
    /// Closes the connections that are left, whatever they are at.
    void abort();

    struct State;

private:
    std::shared_ptr<State> state_;
};

/// A listening TCP socket with SO_REUSEPORT. Port 0 lets the kernel choose. The error says what could not be bound and
/// why.
std::expected<int, std::string> listen_on(const config::Address& address);
/// Whether another socket listens on the address already. SO_REUSEPORT would let us join it in silence.
bool is_listened_on(const config::Address& address);
/// The port a listening socket got.
std::uint16_t bound_port(int listen_fd);

}  // namespace breakwater
