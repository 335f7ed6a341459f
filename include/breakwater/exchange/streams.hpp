#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "breakwater/base/cancel.hpp"
#include "breakwater/base/clock.hpp"
#include "breakwater/base/error.hpp"
#include "breakwater/base/frame_pool.hpp"
#include "breakwater/base/task.hpp"
#include "breakwater/routing/deployment.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {

// The only abstract I/O of the request path: net implements it over sockets, tests over memory.

/// What one read of a connection came to that speaks another protocol than HTTP.
struct TunnelRead {
    enum class How : std::uint8_t {
        bytes,
        end,        ///< nothing more will come
        timed_out,  ///< may be repeated: no byte is lost
        stopped,    ///< somebody cancelled it
        failed,     ///< reset, or broken in another way
    };
    How how = How::bytes;
    std::string_view bytes{};  ///< valid until the reader awaits anything
};

/// The client's connection once it has left HTTP. One reader and one writer at a time; cancelling it ends the read that
/// waits, and all that follow.
class ClientTunnel : public Cancellable {
public:
    virtual Task<TunnelRead> read(Deadline deadline) = 0;
    /// As ClientStream::write, byte for byte.
    virtual Task<bool> write_raw(std::string_view bytes) = 0;
    /// Ends the read that waits with `timed_out`, and none that follow.
    virtual void interrupt() noexcept = 0;
};

/// The client's side of one request. Writes return when the kernel took the bytes (backpressure), or false when the
/// client is gone or did not read within the write timeout; after false no more calls.
class ClientStream {
public:
    virtual ~ClientStream() = default;
    /// A whole answer: head and body in one write.
    virtual Task<bool> respond(HttpResponseHead head, std::string_view body) = 0;
    /// Begins a streamed answer; head and `first` go out in one write. `first` may be empty.
    virtual Task<bool> start_stream(HttpResponseHead head, std::string_view first) = 0;
    /// More of a streamed answer. Empty input writes nothing.
    virtual Task<bool> write(std::string_view bytes) = 0;
    /// `last` and the end mark of the framing. Not called when a stream breaks off: then the connection is closed.
    virtual Task<bool> finish_stream(std::string_view last) = 0;
    /// Ends HTTP on the connection: writes a head of status 101 and `first` behind it. Null when the client is gone or
    /// its HTTP has no way to do so; otherwise it lives as long as this. Instead of all others.
    virtual Task<ClientTunnel*> switch_protocols(HttpResponseHead /*head*/, std::string_view /*first*/) {
        co_return nullptr;
    }
    /// Fires when the client goes away while nothing is being written to it.
    virtual CancelSource& gone() noexcept = 0;
};

/// How the connection of an attempt came about, for Server-Timing and the log.
struct UpstreamTiming {
    Duration connect{0};  ///< DNS, TCP and TLS; zero for a pooled connection
    bool reused = false;
};

/// A result for those who wait long: the room of an error is in the frames of all of them, unless it is in a box.
template <class T>
using BoxedResult = std::expected<T, Boxed<Error>>;

/// One upstream call: a request out, an answer in. Errors are of kind upstream_*, or cancelled. A read that ends with
/// upstream_timeout may be repeated: no byte is lost. Destroying it before the end of the body closes the connection.
class UpstreamCall : public Cancellable, public Pooled {
public:
    /// Connects or takes a pooled connection, and writes the request. A pooled connection that turns out dead before
    /// any byte of an answer is replaced by a fresh one, once, here or in read_head; until then the call keeps the
    /// request, which it takes. One that may be sent `once` only gets a fresh connection. `connect` bounds a connection
    /// attempt, `write` the writing of the request.
    virtual Task<Result<void>> send(HttpRequest&& request, Deadline connect, Deadline write) = 0;
    /// The same for a request whose body goes on, for `rest` more bytes, or until its sender says so. Its tail waits
    /// for the first `write_rest`. It gets a fresh connection, and is never sent twice.
    virtual Task<Result<void>> send_start(HttpRequest&& request, std::optional<std::uint64_t> /*rest*/,
                                          Deadline connect, Deadline write) {
        return send(std::move(request), connect, write);
    }
    /// After `send_start`: writes what of the request waits, then `bytes`, which are valid until the next call, and
    /// behind the `last` of them their end. False when not all could be written; where `answers` says why, the next
    /// call goes on where this one has stopped.
    virtual Task<bool> write_rest(std::string_view /*bytes*/, bool /*last*/, Deadline /*deadline*/) { co_return true; }
    /// Until the head is read, a provider that says something, or closes, ends the write_rest that waits, or cancels
    /// `waiting` where there is none. Both outlive that.
    virtual void watch_answer(Cancellable& /*waiting*/) {}
    /// It has said something, or closed.
    [[nodiscard]] virtual bool answers() const noexcept { return false; }
    /// The final response's head; interim ones are skipped. It is there until read_body is called.
    virtual Task<Result<const HttpResponseHead*>> read_head(Deadline deadline) = 0;
    /// All body bytes that one read brought, transfer coding removed; empty at the end of the body. They lie in a
    /// buffer that the worker's connections share, so they are valid only until the caller awaits anything.
    virtual Task<BoxedResult<std::string_view>> read_body(Deadline deadline) = 0;
    /// After an answer of status 101, whose body is what the other protocol sends: bytes of ours, as they are. False
    /// when they could not be written in time. May run beside a read_body.
    virtual Task<bool> write_raw(std::string_view /*bytes*/, Deadline /*deadline*/) { co_return false; }
    /// Nothing of the body is left: the next read_body would say so at once. May be false although that is so.
    [[nodiscard]] virtual bool body_ended() const noexcept = 0;
    [[nodiscard]] virtual UpstreamTiming timing() const noexcept = 0;
};

/// Makes calls to a deployment's provider. One per worker.
class UpstreamTransport {
public:
    virtual ~UpstreamTransport() = default;
    /// Never null. The deployment outlives the call.
    virtual std::unique_ptr<UpstreamCall> open(const Deployment& deployment) = 0;
    /// The same, for a call that leaves HTTP.
    virtual std::unique_ptr<UpstreamCall> open_session(const Deployment& deployment) { return open(deployment); }
};

/// The worker's time. Tests step it by hand.
class Runtime {
public:
    virtual ~Runtime() = default;
    /// May be as old as the event that is being dealt with.
    [[nodiscard]] virtual TimePoint now() const noexcept = 0;
    /// Looks at the clock, for who has worked for long; `now` is no older from here on.
    virtual TimePoint renew_now() noexcept { return now(); }
    [[nodiscard]] virtual WallTime wall_now() const noexcept = 0;
    /// True when the time came, false when `cancel` was requested first.
    virtual Task<bool> sleep_until(TimePoint when, CancelSource& cancel) = 0;
};

}  // namespace breakwater
