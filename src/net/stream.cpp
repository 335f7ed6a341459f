#include "breakwater/net/stream.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "pieces.hpp"
#include "tls_socket.hpp"

namespace breakwater {

namespace {

static_assert(kTlsRecordBytes == SSL3_RT_MAX_PLAIN_LENGTH);

void set_no_delay(int fd) {
    // Tokens are small writes; Nagle would hold them back until the previous one is acknowledged.
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

IoStatus from_wait(WaitResult result) {
    switch (result) {
        case WaitResult::ready:
            return IoStatus::ok;
        case WaitResult::timed_out:
            return IoStatus::timed_out;
        case WaitResult::cancelled:
            return IoStatus::cancelled;
    }
    return IoStatus::failed;
}

}  // namespace

Stream::Stream(Worker& worker, int fd) : worker_(&worker), descriptor_(worker, fd) {
    set_no_delay(fd);
}
Stream::Stream(Worker& worker) : worker_(&worker) {}
Stream::~Stream() {
    close();
}
void Stream::close() noexcept {
    if (tls_ != nullptr) {
        // Without this OpenSSL takes the missing close_notify for an attack and forgets the session, which could be
        // resumed otherwise. Nothing is sent: whether an answer was complete is for its framing to say.
        SSL_set_shutdown(tls_, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
        SSL_free(std::exchange(tls_, nullptr));
    }
    descriptor_.close();
}

void Stream::shutdown_send() noexcept {
    if (!open()) return;
    if (tls_ != nullptr) {
        ERR_clear_error();
        SSL_shutdown(tls_);
    }
    ::shutdown(descriptor_.fd(), SHUT_WR);
}

void Stream::reset_on_close() noexcept {
    if (!open()) return;
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor_.fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

std::string Stream::peer() const {
    sockaddr_storage storage{};
    socklen_t length = sizeof(storage);
    auto* address = reinterpret_cast<sockaddr*>(&storage);
    if (!open() || ::getpeername(descriptor_.fd(), address, &length) != 0) return {};
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (storage.ss_family == AF_INET) {
        const auto* v4 = reinterpret_cast<const sockaddr_in*>(&storage);
        ::inet_ntop(AF_INET, &v4->sin_addr, text.data(), text.size());
        return std::string(text.data()) + ":" + std::to_string(ntohs(v4->sin_port));
    }
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&storage);
    ::inet_ntop(AF_INET6, &v6->sin6_addr, text.data(), text.size());
    return "[" + std::string(text.data()) + "]:" + std::to_string(ntohs(v6->sin6_port));
}

Task<IoStatus> Stream::connect(const sockaddr* address, std::uint32_t address_bytes, Deadline deadline) {
    const int fd = ::socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) co_return IoStatus::failed;
    set_no_delay(fd);
    const int failure = ::connect(fd, address, address_bytes) == 0 ? 0 : errno;
    // Watched from here on: a socket that is not connected would report that as an end.
    descriptor_ = Descriptor(*worker_, fd);
    if (failure == 0) co_return IoStatus::ok;
    if (failure != EINPROGRESS) co_return IoStatus::failed;
    const WaitResult waited = co_await descriptor_.writable(deadline);
    if (waited != WaitResult::ready) co_return from_wait(waited);
    int error = 0;
    socklen_t length = sizeof(error);
    ::getsockopt(descriptor_.fd(), SOL_SOCKET, SO_ERROR, &error, &length);
    co_return error == 0 ? IoStatus::ok : IoStatus::failed;
}

// Maps an SSL_* result that was not a success; remembers which readiness OpenSSL waits for.
IoStatus Stream::tls_status(int result) {
    switch (SSL_get_error(tls_, result)) {
        case SSL_ERROR_WANT_READ:
            tls_read_waits_ = true;
            descriptor_.drained();
            return IoStatus::would_block;
        case SSL_ERROR_WANT_WRITE:
            return IoStatus::would_block;
        case SSL_ERROR_ZERO_RETURN:
            return IoStatus::end;
        default:
            tls_error_ = tls_failure(tls_);
            return IoStatus::failed;
    }
}

// The same of a read, which remembers an end or a failure: the kernel does not tell of it again.
IoStatus Stream::tls_read_status(int result) {
    const IoStatus status = tls_status(result);
    if (status != IoStatus::would_block) {
        tls_over_ = status;
    } else if (SSL_want_write(tls_)) {
        // What the peer's key update asks for is sent before anything is read.
        tls_read_waits_ = true;
        descriptor_.drained_until_writable();
    }
    return status;
}

Task<IoStatus> Stream::handshake(TlsContext& context, std::string_view host, std::string_view session_key,
                                 Deadline deadline) {
    tls_ = context.new_connection(make_tls_socket(descriptor_), host, session_key);
    if (tls_ == nullptr) co_return IoStatus::failed;
    while (true) {
        ERR_clear_error();
        const int result = SSL_do_handshake(tls_);
        tls_read_waits_ = false;
        if (result == 1) {
            note_read_ahead();
            co_return IoStatus::ok;
        }
        const IoStatus status = tls_status(result);
        if (status != IoStatus::would_block) co_return IoStatus::failed;
        WaitResult waited = WaitResult::ready;
        if (SSL_want_write(tls_)) {
            waited = co_await descriptor_.writable(deadline);
        } else {
            waited = co_await descriptor_.readable(deadline);
        }
        if (waited != WaitResult::ready) co_return from_wait(waited);
    }
}

// OpenSSL reads ahead: what it holds, the kernel does not tell of again. Half a record is pending too, but reading
// makes no sense until more of it has come.
void Stream::note_read_ahead() noexcept {
    if (tls_over_ != IoStatus::ok || (!tls_read_waits_ && SSL_has_pending(tls_) == 1)) descriptor_.undrained();
}

Task<IoStatus> Stream::readable(Deadline deadline) {
    co_return from_wait(co_await descriptor_.readable(deadline));
}

IoResult Stream::try_read(std::span<char> buffer) {
    if (!open()) return {IoStatus::failed, 0};
    if (tls_ != nullptr) return try_read_tls(buffer);
    const ssize_t got = ::recv(descriptor_.fd(), buffer.data(), buffer.size(), 0);
    // Less than there was room for is all that there was.
    if (got > 0 && static_cast<std::size_t>(got) < buffer.size()) descriptor_.drained();
    if (got > 0) return {IoStatus::ok, static_cast<std::size_t>(got)};
    if (got == 0) return {IoStatus::end, 0};
    if (errno == EAGAIN) descriptor_.drained();
    if (errno == EAGAIN || errno == EINTR) return {IoStatus::would_block, 0};
    return {IoStatus::failed, 0};
}

IoResult Stream::try_read_tls(std::span<char> buffer) {
    if (tls_over_ != IoStatus::ok) return {tls_over_, 0};
    const IoResult read = read_records(buffer);
    note_read_ahead();
    return read;
}

// One TLS record at a time comes out of OpenSSL; takes all that is there, so that one upstream read is one client
// write.
IoResult Stream::read_records(std::span<char> buffer) {
    std::size_t total = 0;
    while (total < buffer.size()) {
        ERR_clear_error();
        const std::size_t want = std::min<std::size_t>(buffer.size() - total, 1u << 30);
        const int got = SSL_read(tls_, buffer.data() + total, static_cast<int>(want));
        if (got <= 0) {
            const IoStatus status = tls_read_status(got);
            if (total > 0) return {IoStatus::ok, total};  // the end is reported by the next read
            return {status, 0};
        }
        tls_read_waits_ = false;
        total += static_cast<std::size_t>(got);
        if (SSL_has_pending(tls_) == 0) break;
    }
    return {IoStatus::ok, total};
}

IoResult Stream::read_after(WaitResult waited, std::span<char> buffer) {
    if (waited != WaitResult::ready) return {from_wait(waited), 0};
    return try_read(buffer);
}

Task<IoResult> Stream::read_some(std::span<char> buffer, Deadline deadline) {
    while (true) {
        const IoResult read = co_await read_once(buffer, deadline);
        if (read.status != IoStatus::would_block) co_return read;
    }
}

Task<IoResult> Stream::read_onto(std::string& text, std::size_t most, Deadline deadline) {
    while (true) {
        if (const IoStatus ready = co_await readable(deadline); ready != IoStatus::ok) co_return IoResult{ready, 0};
        IoResult read;
        const std::size_t held = text.size();
        text.resize_and_overwrite(held + most, [&](char* at, std::size_t) {
            read = try_read({at + held, most});
            return held + read.bytes;
        });
        if (read.status != IoStatus::would_block) co_return read;
    }
}

IoResult Stream::try_write_tls(std::string_view bytes) {
    // Within a change of keys OpenSSL reads where it is to write, and takes from the kernel what others wait for.
    const bool may_read = SSL_in_init(tls_) == 1;
    const IoResult put = write_records(bytes);
    if (may_read) {
        tls_read_waits_ = false;
        note_read_ahead();
    }
    return put;
}

IoResult Stream::write_records(std::string_view bytes) {
    std::size_t total = 0;
    while (total < bytes.size()) {
        ERR_clear_error();
        const std::size_t want = std::min<std::size_t>(bytes.size() - total, 1u << 30);
        const int put = SSL_write(tls_, bytes.data() + total, static_cast<int>(want));
        if (put <= 0) {
            const IoStatus status = tls_status(put);
            return {total > 0 && status == IoStatus::would_block ? IoStatus::ok : status, total};
        }
        total += static_cast<std::size_t>(put);
    }
    return {IoStatus::ok, total};
}

IoResult Stream::try_write(const Pieces& pieces) {
    if (!open()) return {IoStatus::failed, 0};
    // A record per piece would be three; small ones are joined into one, which costs a copy of at most a record.
    if (tls_ != nullptr) return try_write_tls(joined_up_to(kTlsRecordBytes, pieces));
    const ssize_t put = send_pieces(descriptor_.fd(), pieces);
    if (put >= 0) return {IoStatus::ok, static_cast<std::size_t>(put)};
    if (errno == EAGAIN || errno == EINTR) return {IoStatus::would_block, 0};
    return {IoStatus::failed, 0};
}

bool Stream::write_now(Pieces& pieces, IoStatus& status) {
    auto& [first, second, third] = pieces;
    while (!first.empty() || !second.empty() || !third.empty()) {
        const IoResult put = try_write(pieces);
        if (put.status == IoStatus::would_block) return false;
        if (put.status != IoStatus::ok) {
            status = IoStatus::failed;
            return true;
        }
        std::size_t left = put.bytes;
        for (std::string_view* piece : {&first, &second, &third}) {
            const std::size_t taken = std::min(left, piece->size());
            piece->remove_prefix(taken);
            left -= taken;
        }
    }
    status = IoStatus::ok;
    return true;
}

Task<IoStatus> Stream::write_rest(Pieces& pieces, Deadline deadline) {
    IoStatus status = IoStatus::ok;
    do {
        const WaitResult waited = co_await descriptor_.writable(deadline);
        if (waited != WaitResult::ready) co_return from_wait(waited);
    } while (!write_now(pieces, status));
    co_return status;
}

Stream::Peek Stream::peek_tls() {
    if (tls_over_ == IoStatus::ok) {
        char byte = 0;
        ERR_clear_error();
        const int got = SSL_peek(tls_, &byte, 1);
        if (got > 0) tls_read_waits_ = false;
        const bool nothing = got <= 0 && tls_read_status(got) == IoStatus::would_block;
        note_read_ahead();  // a look takes from the kernel what it sees
        if (tls_over_ == IoStatus::ok) return nothing ? Peek::nothing : Peek::data;
    }
    return tls_over_ == IoStatus::end ? Peek::end : Peek::failed;
}

Stream::Peek Stream::peek() {
    if (tls_ != nullptr) return peek_tls();
    char byte = 0;
    const ssize_t got = ::recv(descriptor_.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got > 0) return Peek::data;
    if (got == 0) return Peek::end;
    if (errno == EAGAIN) descriptor_.drained();
    return errno == EAGAIN || errno == EINTR ? Peek::nothing : Peek::failed;
}

bool Stream::idle_and_alive() {
    return open() && peek() == Peek::nothing;
}

void Stream::watch_peer(CancelSource& gone, bool fin_is_gone, EarlyBytes& early) {
    watch_gone_ = &gone;
    watch_early_ = &early;
    watch_fin_is_gone_ = fin_is_gone;
    watch_end_ = nullptr;
    descriptor_.watch_readable(*this);
}

void Stream::watch_end(EndOfPeer& told) {
    watch_end_ = &told;
    descriptor_.watch_end(*this);
}

// Of TLS it is records, which are longer than what is in them.
std::size_t Stream::unread() const noexcept {
    int queued = 0;
    if (::ioctl(descriptor_.fd(), FIONREAD, &queued) != 0) queued = 0;
    if (tls_ == nullptr) return static_cast<std::size_t>(queued);
    const auto decrypted = static_cast<std::size_t>(SSL_pending(tls_));
    // Half of a record may lie in OpenSSL, which does not say how much that is.
    const std::size_t hidden = SSL_has_pending(tls_) == 1 ? SSL3_RT_MAX_ENCRYPTED_LENGTH : 0;
    return static_cast<std::size_t>(queued) + std::max(decrypted, hidden);
}

// Somebody watches for the peer's leaving, and there is something to read.
void Stream::on_readable() {
    if (watch_end_ != nullptr)
        return std::exchange(watch_end_, nullptr)->on_end_of_peer(unread(), descriptor_.broken());
    switch (peek()) {
        case Peek::nothing:  // a TLS record without data
            break;
        case Peek::data:
            if (!watch_early_->take_early_bytes()) return;
            break;
        case Peek::end:
            if (watch_fin_is_gone_) watch_gone_->request();
            return;
        case Peek::failed:
            return watch_gone_->request();
    }
    descriptor_.watch_readable(*this);
}

}  // namespace breakwater
