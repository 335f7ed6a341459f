#include "breakwater/exchange/accepted_client.hpp"

#include <utility>

#include "breakwater/exchange/exchange.hpp"

namespace breakwater {
namespace {

/// How much a client may send ahead while nobody serves it yet; the rest waits in its own buffers.
constexpr std::size_t kEarlyBytes = 64u << 10;
/// How long a client may take to answer a Close frame.
constexpr std::chrono::seconds kCloseTime{1};

/// Ends the wait for the first message, and leaves the session open for a word of farewell.
class Interruption final : public Cancellable {
public:
    explicit Interruption(ClientTunnel& tunnel) noexcept : tunnel_(tunnel) {}
    void cancel() noexcept override { tunnel_.interrupt(); }

private:
    ClientTunnel& tunnel_;
};

}  // namespace

AcceptedClient::AcceptedClient(ClientStream& client, Runtime& runtime, std::size_t message_bytes_max)
    : client_(client), runtime_(runtime), frames_(WebSocketFrames::From::client, message_bytes_max) {
    frames_.gather(true);
    frames_.answer_pings();
}

// Somebody has thrown, or the listener would have been stopped before.
AcceptedClient::~AcceptedClient() {
    stopping_ = true;
    if (listening_) tunnel_->interrupt();
}

Task<Result<std::string>> AcceptedClient::open(HttpResponseHead head, Deadline deadline) {
    tunnel_ = co_await client_.switch_protocols(std::move(head), {});
    if (tunnel_ == nullptr) {
        left_ = true;
        co_return fail(ErrorKind::cancelled, "The client went away.");
    }
    Step step = Step::again;
    while (step == Step::again) step = co_await read_first(deadline);
    if (step == Step::failed) co_return std::unexpected(std::move(*fault_));
    start_listening();
    co_return std::move(first_);
}

Task<AcceptedClient::Step> AcceptedClient::read_first(Deadline deadline) {
    Interruption stop(*tunnel_);
    const CancelScope scope(client_.gone(), stop);
    if (client_.gone().requested()) co_return take_first({.how = TunnelRead::How::timed_out}, deadline);
    const TunnelRead read = co_await tunnel_->read(deadline);
    const Step step = take_first(read, deadline);
    if (!co_await answer_pings()) co_return fail_with(ErrorKind::cancelled, "The client went away.");
    co_return step;
}

AcceptedClient::Step AcceptedClient::fail_with(ErrorKind kind, std::string message, const char* code) {
    if (kind == ErrorKind::cancelled) left_ = true;
    Error error(kind, std::move(message));
    error.code = code;
    fault_ = std::move(error);
    return Step::failed;
}

AcceptedClient::Step AcceptedClient::take_first(const TunnelRead& read, Deadline deadline) {
    if (client_.gone().shut_down()) {
        fault_ = shutting_down();
        return Step::failed;
    }
    if (read.how == TunnelRead::How::timed_out && deadline.passed(runtime_.now()))
        return fail_with(ErrorKind::request_timeout,
                         "The first message did not come within the time that `server.timeouts.body` allows.");
    if (read.how == TunnelRead::How::timed_out && !client_.gone().requested()) return Step::again;
    if (read.how != TunnelRead::How::bytes) return fail_with(ErrorKind::cancelled, "The client went away.");
    std::string seen;
    const std::size_t used = frames_.read(read.bytes, seen);
    if (frames_.fault() == WebSocketFrames::Fault::too_large)
        return fail_with(ErrorKind::request_too_large,
                         "The first message is larger than `server.realtime.message` allows.");
    if (frames_.fault() == WebSocketFrames::Fault::protocol)
        return fail_with(ErrorKind::invalid_request, "The client broke the WebSocket protocol.",
                         "websocket_protocol_error");
    if (auto message = frames_.take_message()) {
        first_ = std::move(*message);
        frames_.gather(false);
        take_early({.bytes = read.bytes.substr(used)});
        return Step::message;
    }
    if (frames_.closed()) return fail_with(ErrorKind::cancelled, "The client closed the session.");
    return Step::again;
}

Task<bool> AcceptedClient::answer_pings() {
    const std::string pongs = frames_.take_pongs();
    if (pongs.empty()) co_return true;
    co_return co_await tunnel_->write_raw(pongs);
}

// While somebody is being found who serves the client.

void AcceptedClient::start_listening() {
    listening_ = true;
    const auto run = [](AcceptedClient& self) -> Task<void> {
        co_await self.listen();
        self.listening_ = false;
        self.ended_.set();
    };
    spawn(run(*this), [this](std::exception_ptr bug) noexcept {
        bug_ = std::move(bug);
        left_ = true;
        client_.gone().request();  // or the exchange would go on for nobody
        listening_ = false;
        ended_.set();
    });
}

Task<void> AcceptedClient::listen() {
    // What came with the first message may be the end of the session.
    if (left_) client_.gone().request();
    while (!stopping_ && !left_ && early_.size() < kEarlyBytes && frames_.fault() == WebSocketFrames::Fault::none) {
        const TunnelRead read = co_await tunnel_->read(Deadline());
        take_early(read);
        if (!co_await answer_pings()) left_ = true;
        if (left_) client_.gone().request();
    }
}

// A fault is judged by who relays the session, once there is one.
void AcceptedClient::take_early(const TunnelRead& read) {
    if (read.how == TunnelRead::How::timed_out) return;
    if (read.how != TunnelRead::How::bytes) {
        left_ = true;
        return;
    }
    early_.append(read.bytes);
    std::string seen;
    frames_.read(read.bytes, seen);
    if (frames_.closed()) left_ = true;
}

Task<void> AcceptedClient::stop_listening() {
    stopping_ = true;
    if (listening_) tunnel_->interrupt();
    while (listening_) co_await ended_;
    if (bug_) std::rethrow_exception(std::exchange(bug_, nullptr));
}

Task<ClientTunnel*> AcceptedClient::switch_protocols(HttpResponseHead /*head*/, std::string_view first) {
    co_await stop_listening();
    if (left_) co_return nullptr;
    told_ = true;
    const bool written = co_await tunnel_->write_raw(first);
    co_return written ? static_cast<ClientTunnel*>(this) : nullptr;
}

Task<TunnelRead> AcceptedClient::read(Deadline deadline) {
    std::string().swap(handed_);
    if (early_.empty()) co_return co_await tunnel_->read(deadline);
    handed_.swap(early_);
    co_return TunnelRead{.bytes = handed_};
}

// The end.

Task<bool> AcceptedClient::respond(HttpResponseHead /*head*/, std::string_view body) {
    co_await stop_listening();
    if (left_ || std::exchange(told_, true)) co_return false;
    if (!co_await tunnel_->write_raw(body)) co_return false;
    co_await await_close();
    co_return true;
}

// A connection that is closed with something unread is reset, and the Close frame could be lost with it.
Task<void> AcceptedClient::await_close() {
    const Deadline deadline = Deadline::after(runtime_.now(), kCloseTime);
    frames_.gather(false);  // or the end of a message would hide what comes behind it
    bool closed = frames_.closed();
    while (!closed) {
        const TunnelRead read = co_await tunnel_->read(deadline);
        if (read.how != TunnelRead::How::bytes) co_return;
        closed = closes(read.bytes);
    }
}

// Behind a fault nobody knows where a frame begins. But what answers a Close frame comes last, and mostly alone.
bool AcceptedClient::closes(std::string_view bytes) {
    std::string seen;
    if (frames_.fault() == WebSocketFrames::Fault::none) {
        frames_.read(bytes, seen);
        return frames_.closed();
    }
    WebSocketFrames answer(WebSocketFrames::From::client, 0);
    return answer.read(bytes, seen) == bytes.size() && answer.closed();
}

Task<void> AcceptedClient::end() {
    co_await stop_listening();
    if (!frames_.closed() || std::exchange(told_, true)) co_return;
    std::string close;
    append_close_frame(close, CloseCode::normal, {});
    co_await tunnel_->write_raw(close);
}

// A session is no answer of HTTP, whole or streamed.
Task<bool> AcceptedClient::start_stream(HttpResponseHead /*head*/, std::string_view /*first*/) {
    co_return false;
}
Task<bool> AcceptedClient::write(std::string_view /*bytes*/) {
    co_return false;
}
Task<bool> AcceptedClient::finish_stream(std::string_view /*last*/) {
    co_return false;
}

}  // namespace breakwater
