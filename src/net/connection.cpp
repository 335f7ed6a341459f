#include "connection.hpp"

#include <utility>

#include "response_writer.hpp"

namespace breakwater {

namespace {

/// Room that a stated length gets at once; more is made as the bytes arrive.
constexpr std::size_t kUsualBodyMax = 256u << 10;
/// How much a client may send ahead while its request is served.
constexpr std::size_t kEarlyBytes = 64u << 10;
/// How much of a refused request's rest is read before the close, so that the refusal is not lost in a reset.
constexpr std::size_t kDrainBytes = 64u << 10;
constexpr std::chrono::seconds kDrainTime{1};

}  // namespace

Deadline Connection::write_deadline() const {
    return Deadline::after(now(), settings_->timeouts.write);
}

// A client that does not read within the write timeout is treated like one that left.
bool Connection::note_write(IoStatus status) {
    if (status == IoStatus::ok) return true;
    keep_alive_ = false;
    return false;
}

Task<bool> Connection::respond(HttpResponseHead head, std::string_view body) {
    answered_ = true;
    keep_alive_ = keep_alive_ && !server_->draining && !is_uploading();
    const BodyFraming framing{.length = body.size(), .close = !keep_alive_};
    const std::string bytes = write_response_head(head, framing);
    const std::string_view sent = head_only_ ? std::string_view() : body;
    co_return note_write(co_await stream_.write_all(bytes, sent, {}, write_deadline()));
}

Task<bool> Connection::start_stream(HttpResponseHead head, std::string_view first) {
    answered_ = true;
    streaming_ = true;
    const bool bodiless = head.status == 204 || head.status == 304;  // and have no framing either (RFC 9112, 6.3)
    chunked_out_ = !framing_.http_1_0 && !bodiless;  // 1.0 has no chunks: its stream ends with the connection
    keep_alive_ = keep_alive_ && (chunked_out_ || bodiless) && !server_->draining && !is_uploading();
    std::string bytes = write_response_head(head, {.chunked = chunked_out_, .close = !keep_alive_});
    if (first.empty() || head_only_) co_return note_write(co_await stream_.write_all(bytes, write_deadline()));
    if (chunked_out_) bytes.append(chunk_head(first.size()));
    const std::string_view end = chunked_out_ ? "\r\n" : "";
    co_return note_write(co_await stream_.write_all(bytes, first, end, write_deadline()));
}

Task<bool> Connection::write(std::string_view bytes) {
    if (bytes.empty() || head_only_) co_return true;
    if (!chunked_out_) co_return note_write(co_await stream_.write_all(bytes, write_deadline()));
    const std::string head = chunk_head(bytes.size());
    co_return note_write(co_await stream_.write_all(head, bytes, "\r\n", write_deadline()));
}

Task<bool> Connection::finish_stream(std::string_view last) {
    streaming_ = false;
    if (head_only_) co_return true;
    if (!chunked_out_) co_return note_write(co_await stream_.write_all(last, write_deadline()));
    const std::string head = last.empty() ? std::string() : chunk_head(last.size());
    const std::string_view end = last.empty() ? "0\r\n\r\n" : "\r\n0\r\n\r\n";
    co_return note_write(co_await stream_.write_all(head, last, end, write_deadline()));
}

// From here on it is the tunnel's reader who notices that the client leaves.
Task<ClientTunnel*> Connection::switch_protocols(HttpResponseHead head, std::string_view first) {
    if (framing_.http_1_0) co_return nullptr;
    answered_ = true;
    keep_alive_ = false;
    stream_.unwatch_peer();
    const std::string bytes = write_response_head(head, {});
    const IoStatus status = co_await stream_.write_all(bytes, first, {}, write_deadline());
    co_return status == IoStatus::ok ? static_cast<ClientTunnel*>(this) : nullptr;
}

Task<TunnelRead> Connection::read(Deadline deadline) {
    if (std::exchange(buffer_lent_, false)) std::string().swap(buffer_);
    if (!buffer_.empty()) {
        buffer_lent_ = true;
        co_return TunnelRead{.bytes = buffer_};
    }
    while (true) {
        const IoResult read = co_await stream_.read_once(server_->worker.read_buffer(), deadline);
        switch (read.status) {
            case IoStatus::ok:
                co_return TunnelRead{.bytes = {server_->worker.read_buffer().data(), read.bytes}};
            case IoStatus::would_block:
                break;
            case IoStatus::end:
                co_return TunnelRead{.how = TunnelRead::How::end};
            case IoStatus::timed_out:
                co_return TunnelRead{.how = TunnelRead::How::timed_out};
            case IoStatus::cancelled:
                co_return TunnelRead{.how = TunnelRead::How::stopped};
            case IoStatus::failed:
                co_return TunnelRead{.how = TunnelRead::How::failed};
        }
    }
}

Task<bool> Connection::write_raw(std::string_view bytes) {
    co_return co_await stream_.write_all(bytes, write_deadline()) == IoStatus::ok;
}

Task<Connection::Next> Connection::refuse(int status, std::string_view reason, const HttpRequest* head) {
    co_return co_await refuse_with(server_->handler.refusal(status, reason, head));
}

// Says no and ends the connection, without letting unread request bytes turn the answer into a reset.
Task<Connection::Next> Connection::refuse_with(HttpResponse response) {
    keep_alive_ = false;
    if (!co_await respond(std::move(response.head), response.body)) co_return Next::close;
    co_await drain(kDrainBytes, kDrainTime);
    co_return Next::close;
}

// Waits for a request and reads its head, leaving in the buffer what came behind it.
Task<Connection::Next> Connection::read_head() {
    const HeadLimits limits{.bytes = settings_->limits.header_bytes, .fields = settings_->limits.headers};
    Deadline deadline = Deadline::after(now(), settings_->timeouts.idle);
    bool begun = false;
    std::string_view received = buffer_;
    while (true) {
        if (!received.empty()) {
            if (!std::exchange(begun, true)) {
                place_->idle = false;
                request_.received = now();
                deadline = Deadline::after(request_.received, settings_->timeouts.header);
            }
            GuardVerdict verdict = check_request_head(received, limits);
            if (verdict.kind == GuardVerdict::Kind::refused) co_return co_await refuse(verdict.status, verdict.reason);
            if (verdict.kind == GuardVerdict::Kind::accepted) {
                take_head(std::move(verdict), received);
                co_return Next::request;
            }
            if (buffer_.empty()) buffer_.assign(received);
        } else if (server_->draining) {
            co_return Next::close;
        }
        IoResult read{.status = IoStatus::would_block};
        while (read.status == IoStatus::would_block)
            read = co_await stream_.read_once(server_->worker.read_buffer(), deadline);
        if (begun && read.status == IoStatus::timed_out) {
            co_return co_await refuse(408, "The request head did not arrive in time.");
        }
        if (read.status != IoStatus::ok) co_return Next::close;
        // Nearly always a request comes in one piece, and is read where it lies.
        received = {server_->worker.read_buffer().data(), read.bytes};
        if (!buffer_.empty()) received = buffer_.append(received);
    }
}

// Takes the head, and as much of a sized body as has come with it; what is behind them stays in the buffer.
// `received` is the buffer, or the worker's.
void Connection::take_head(GuardVerdict verdict, std::string_view received) {
    framing_ = verdict.framing;
    request_.http = std::move(verdict.request);
    // A 1.0 client cannot leave HTTP (RFC 9110, 7.8).
    if (framing_.http_1_0 && request_.http.headers.find("upgrade")) request_.http.headers.set("Upgrade", "");
    std::string_view rest = received.substr(framing_.head_bytes);
    if (framing_.content_length) {
        const std::uint64_t length = *framing_.content_length;
        const auto here = static_cast<std::size_t>(std::min<std::uint64_t>(length, rest.size()));
        std::string& body = request_.http.body;
        // A stated length alone must not cost memory.
        body.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(length, kUsualBodyMax)));
        body.assign(rest.substr(0, here));
        rest.remove_prefix(here);
    }
    if (buffer_.empty()) {
        buffer_.assign(rest);
    } else {
        buffer_.erase(0, buffer_.size() - rest.size());
    }
}

Task<Connection::Next> Connection::read_request() {
    head_only_ = false;
    if (const Next next = co_await read_head(); next == Next::close) co_return next;
    keep_alive_ = framing_.keep_alive;
    request_.head_complete = now();
    head_only_ = request_.http.method == "HEAD";

    if (framing_.content_length && *framing_.content_length > settings_->limits.body_bytes) {
        co_return co_await refuse(413, "The request body is larger than this server takes.", &request_.http);
    }
    if (auto refused = server_->handler.admit(request_.http)) co_return co_await refuse_with(std::move(*refused));
    if (framing_.expect_continue) {
        const IoStatus status = co_await stream_.write_all("HTTP/1.1 100 Continue\r\n\r\n", write_deadline());
        if (status != IoStatus::ok) co_return Next::close;
    }
    if (framing_.chunked || request_.http.body.size() < framing_.content_length.value_or(0)) {
        if (const Next next = co_await read_body(); next == Next::close) co_return next;
    }
    request_.body_complete = now();
    co_return Next::request;
}

// A client may send its next request, or a stray line end, before it has this answer. They are kept, so that its
// leaving is noticed behind them; more than a little is left unread, which ends the watch.
bool Connection::take_early_bytes() {
    while (buffer_.size() < kEarlyBytes) {
        const IoResult read = stream_.try_read(server_->worker.read_buffer());
        if (read.status == IoStatus::ok) {
            buffer_.append(server_->worker.read_buffer().data(), read.bytes);
        } else {
            return true;  // nothing more now; an end shows itself to the next look
        }
    }
    return false;
}

void Connection::begin_answer() {
    if (buffer_.empty()) std::string().swap(buffer_);  // heads that came in pieces; the answer may take minutes
    gone_.emplace();
    place_->gone = &*gone_;
    answered_ = false;
    if (upload_) {
        upload_->watch_client();
    } else {
        stream_.watch_peer(*gone_, settings_->half_close == config::HalfClose::cancel, *this);
    }
}

void Connection::end_answer() {
    stream_.unwatch_peer();
    place_->gone = nullptr;
    // Nothing said, a stream without its end, or a client that left: the framing is broken, so the connection is over.
    if (!answered_ || streaming_ || gone_->requested() || is_uploading()) keep_alive_ = false;
    // Assigning an empty one would keep the room of its texts.
    const HttpRequest answered = std::move(request_.http);
}

Task<bool> Connection::handshake() {
    if (!server_->tls) co_return true;
    const Deadline deadline = Deadline::after(now(), settings_->timeouts.header);
    co_return co_await stream_.handshake(*server_->tls, {}, {}, deadline) == IoStatus::ok;
}

Task<void> Connection::serve() {
    settings_ = server_->settings();
    if (!co_await handshake()) co_return;
    if (server_->open.load(std::memory_order_relaxed) > settings_->limits.connections) {
        co_await refuse(503, "Too many connections are open; try again later.");
        co_return;
    }
    request_.client = stream_.peer();
    while (keep_alive_) {
        place_->idle = true;
        settings_ = server_->settings();
        if (co_await read_request() == Next::close) co_return;
        begin_answer();
        co_await server_->handler.handle(request_, *this);
        end_answer();
        if (upload_) {
            // What is still to come of a request that was answered before its end is in nobody's way.
            if (is_uploading() && answered_ && !streaming_ && (!gone_->requested() || gone_->shut_down()))
                co_await drain(settings_->limits.body_bytes, settings_->timeouts.body);
            end_upload();
        }
    }
    // An answer that ends with its connection is complete only with the end of TLS; one that broke off must not get it.
    if (answered_ && !streaming_ && !gone_->requested()) stream_.shutdown_send();
    // Without chunks (HTTP/1.0) an ordinary close would say that all has come.
    if (streaming_ && framing_.http_1_0 && !head_only_) stream_.reset_on_close();
}

Task<void> serve_connection(std::shared_ptr<Server::State> server, int fd) {
    Connection connection(std::move(server), fd);
    co_await connection.serve();
}

}  // namespace breakwater
