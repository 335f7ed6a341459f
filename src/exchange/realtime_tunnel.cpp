#include "realtime_tunnel.hpp"

#include <utility>

namespace breakwater {

namespace {

/// For one write to a provider that does not read.
constexpr std::chrono::seconds kWriteTime{30};
/// How long a side may take to answer a Close frame.
constexpr std::chrono::seconds kCloseTime{1};
/// A buffer that has grown beyond this is given back: the next message may be minutes away.
constexpr std::size_t kKeptBytes = 4u << 10;

Error session_error(ErrorKind kind, std::string message, const char* code) {
    Error error(kind, std::move(message));
    error.code = code;
    return error;
}

Error lost(const std::string& provider) {
    return session_error(ErrorKind::upstream_truncated, "The session with provider " + provider + " broke off.",
                         "upstream_connection_lost");
}

void give_back(std::string& out) {
    out.clear();
    if (out.capacity() > kKeptBytes) std::string().swap(out);
}

}  // namespace

RealtimeTunnel::RealtimeTunnel(ClientTunnel& client, UpstreamCall& upstream, WebSocketFrames& from_upstream,
                               const config::Realtime& limits, const ExchangeContext& context,
                               std::string_view provider, ExchangeReport& report)
    : client_(client),
      upstream_(upstream),
      from_client_(WebSocketFrames::From::client, limits.message),
      from_upstream_(from_upstream),
      limits_(limits),
      runtime_(context.runtime),
      rng_(context.rng),
      provider_(provider),
      report_(report),
      started_(context.runtime.now()),
      last_progress_(started_) {}

Task<void> RealtimeTunnel::run(CancelSource& stop) {
    const CancelScope scope(stop, *this);
    if (stop.requested()) cancel();
    start(relay_client());
    start(relay_upstream());
    while (running_ > 0) co_await wake_;
    if (bug_) std::rethrow_exception(bug_);
}

void RealtimeTunnel::cancel() noexcept {
    end(CloseCode::going_away, Error(ErrorKind::shutting_down, "The gateway is being stopped."));
}

void RealtimeTunnel::start(Task<void> part) {
    ++running_;
    const auto run_part = [](RealtimeTunnel& self, Task<void> what) -> Task<void> {
        co_await std::move(what);
        --self.running_;
        self.wake_.set();
    };
    spawn(run_part(*this, std::move(part)), [this](std::exception_ptr bug) noexcept {
        bug_ = std::move(bug);
        client_.cancel();  // or the other part would go on alone
        upstream_.cancel();
        --running_;
        wake_.set();
    });
}

Deadline RealtimeTunnel::deadline() const noexcept {
    // Whoever ends a session has its own time for what is left.
    if (ended_) return {};
    return earliest(Deadline::after(started_, limits_.session), Deadline::after(last_progress_, limits_.idle));
}

// The first end counts. The provider's side is woken; it is the only one who writes to the client.
void RealtimeTunnel::end(CloseCode code, Error&& error) {
    if (std::exchange(ended_, true)) return;
    code_ = code;
    error_ = std::move(error);
    upstream_.cancel();
}

void RealtimeTunnel::end_without_client() {
    if (std::exchange(ended_, true)) return;
    code_ = CloseCode::going_away;
    client_left_ = true;
    upstream_.cancel();
}

void RealtimeTunnel::end_without_upstream(Error&& error) {
    if (!ended_) upstream_failed_ = true;
    end(CloseCode::internal_error, std::move(error));
}

bool RealtimeTunnel::end_if_expired() {
    if (ended_ || !deadline().passed(runtime_.now())) return false;
    const bool whole = Deadline::after(started_, limits_.session).passed(runtime_.now());
    end(CloseCode::policy_violation,
        session_error(ErrorKind::request_timeout,
                      whole ? "The session has lasted as long as `server.realtime.session` allows."
                            : "Nobody has said anything for as long as `server.realtime.idle` allows.",
                      "session_expired"));
    return true;
}

// From the client.

Task<void> RealtimeTunnel::relay_client() {
    std::string out;
    while (!client_over_) {
        const TunnelRead read = co_await client_.read(deadline());
        const bool was_over = ended_, was_whole = from_client_.between_frames();
        take_client(read, out);
        // What stands before a frame at fault goes on; what comes behind the end does not.
        if (!was_over && !out.empty()) co_await write_upstream(out);
        if (ended_) co_await close_upstream(was_over ? was_whole : from_client_.between_frames());
        give_back(out);
    }
    client_done_.request();
    if (ended_ || upstream_over_) co_return;
    co_await await_end(upstream_done_);
    upstream_.cancel();
}

// A provider that has closed the session may be gone before the client knows: what it said last counts, not that nobody
// takes what is sent.
Task<void> RealtimeTunnel::write_upstream(std::string_view bytes) {
    if (co_await upstream_.write_raw(bytes, Deadline::after(runtime_.now(), kWriteTime)) || upstream_over_) co_return;
    upstream_told_ = true;  // it may have a part of a frame
    co_await await_end(upstream_done_);
    if (!upstream_over_) end_without_upstream(lost(provider_));
}

void RealtimeTunnel::take_client(const TunnelRead& read, std::string& out) {
    switch (read.how) {
        case TunnelRead::How::bytes:
            take_client_bytes(read.bytes, out);
            break;
        case TunnelRead::How::timed_out:
            end_if_expired();
            break;
        case TunnelRead::How::stopped:
            client_over_ = true;
            // Not by our own side of the tunnel, which stops it when all is said.
            if (!upstream_over_) cancel();
            break;
        case TunnelRead::How::end:
        case TunnelRead::How::failed:
            client_over_ = true;
            if (!upstream_over_) end_without_client();
            break;
    }
}

void RealtimeTunnel::take_client_bytes(std::string_view bytes, std::string& out) {
    const std::uint64_t before = from_client_.progress();
    from_client_.read(bytes, out);
    if (from_client_.progress() != before) last_progress_ = runtime_.now();
    if (from_client_.closed()) client_over_ = true;
    if (from_client_.fault() == WebSocketFrames::Fault::protocol) {
        end(CloseCode::protocol_error,
            session_error(ErrorKind::invalid_request, "The client broke the WebSocket protocol.",
                          "websocket_protocol_error"));
    } else if (from_client_.fault() == WebSocketFrames::Fault::too_large) {
        end(CloseCode::message_too_big,
            Error(ErrorKind::request_too_large, "A message is larger than `server.realtime.message` allows."));
    }
}

// Once, and only where another frame can stand.
Task<void> RealtimeTunnel::close_upstream(bool between_frames) {
    if (std::exchange(upstream_told_, true) || upstream_failed_ || !between_frames) co_return;
    std::string close;
    append_close_frame(close, CloseCode::going_away, {}, static_cast<std::uint32_t>(rng_.next()));
    co_await upstream_.write_raw(close, Deadline::after(runtime_.now(), kCloseTime));
}

// From the provider.

Task<void> RealtimeTunnel::relay_upstream() {
    judge_upstream();
    std::string out;
    while (!upstream_over_) {
        BoxedResult<std::string_view> bytes = co_await upstream_.read_body(deadline());
        take_upstream(bytes, out);
        report_.bytes_out += out.size();
        if (!out.empty() && !co_await client_.write_raw(out)) {
            upstream_over_ = true;
            end_without_client();
        }
        give_back(out);
    }
    if (!client_left_ && !from_upstream_.closed()) co_await close_client();
    upstream_done_.request();
    if (client_over_) co_return;
    if (!client_left_) co_await await_end(client_done_);
    // The client's side may wait for either.
    client_.cancel();
    upstream_.cancel();
}

void RealtimeTunnel::take_upstream(BoxedResult<std::string_view>& bytes, std::string& out) {
    if (ended_) {
        upstream_over_ = true;
    } else if (!bytes && bytes.error()->kind == ErrorKind::upstream_timeout) {
        upstream_over_ = end_if_expired();
    } else if (bytes && !bytes->empty()) {
        take_upstream_bytes(*bytes, out);
    } else {
        upstream_over_ = true;
        // Who answers a Close frame by closing the connection has said enough.
        if (from_client_.closed()) return;
        end_without_upstream(lost(provider_));
    }
}

void RealtimeTunnel::take_upstream_bytes(std::string_view bytes, std::string& out) {
    const std::uint64_t before = from_upstream_.progress();
    from_upstream_.read(bytes, out);
    if (from_upstream_.progress() != before) last_progress_ = runtime_.now();
    judge_upstream();
}

// What came with the first event is judged too.
void RealtimeTunnel::judge_upstream() {
    report_.events = from_upstream_.messages();
    const bool broken = from_upstream_.fault() != WebSocketFrames::Fault::none;
    upstream_over_ = broken || from_upstream_.closed();
    if (!broken) return;
    const bool large = from_upstream_.fault() == WebSocketFrames::Fault::too_large;
    end_without_upstream(
        Error(ErrorKind::upstream_invalid, "Provider " + provider_ +
                                               (large ? " sent a message larger than `server.realtime.message` allows."
                                                      : " broke the WebSocket protocol.")));
}

// Says why, where another frame can stand. Without an error the client has said that it is over, and gets its answer.
Task<void> RealtimeTunnel::close_client() {
    if (!from_upstream_.between_frames()) co_return;
    std::string close;
    append_close_frame(close, ended_ ? code_ : CloseCode::normal, error_ ? std::string_view(error_->message) : "");
    report_.bytes_out += close.size();
    co_await client_.write_raw(close);
}

Task<void> RealtimeTunnel::await_end(CancelSource& other_side) {
    co_await runtime_.sleep_until(runtime_.now() + kCloseTime, other_side);
}

}  // namespace breakwater
