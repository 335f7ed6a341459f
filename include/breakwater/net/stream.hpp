#pragma once

#include <array>
#include <coroutine>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "breakwater/base/boxed.hpp"
#include "breakwater/base/cancel.hpp"
#include "breakwater/base/task.hpp"
#include "breakwater/net/descriptor.hpp"
#include "breakwater/net/tls.hpp"

struct sockaddr;

namespace breakwater {

enum class IoStatus : std::uint8_t {
    ok,
    would_block,  ///< only from try_read and read_once
    end,          ///< the peer closed its side, cleanly (TLS: with close_notify)
    timed_out,    ///< may be repeated
    cancelled,
    failed,  ///< reset, broken pipe, TLS failure, truncated TLS
};

struct IoResult {
    IoStatus status = IoStatus::ok;
    std::size_t bytes = 0;
};

/// Told of bytes that a client sends while its request is being served.
class EarlyBytes {
public:
    /// Reads them, so that an end behind them is seen too, or returns false to stop the watch.
    virtual bool take_early_bytes() = 0;

protected:
    ~EarlyBytes() = default;
};

/// Told that a peer sends no more, while nobody reads what it has sent.
class EndOfPeer {
public:
    /// At most `unread` bytes are left to read. `broken`: it takes nothing any more either.
    virtual void on_end_of_peer(std::size_t unread, bool broken) = 0;

protected:
    ~EndOfPeer() = default;
};

/// A TCP connection, plain or TLS, for clients and upstreams alike. TLS works directly on the non-blocking socket: no
/// memory BIOs, no copies, and OpenSSL's buffers are released while the connection is silent. One reader and one writer
/// at a time; one worker.
class Stream final : public Cancellable, private ReadWatcher {
public:
    /// An accepted socket; takes ownership.
    Stream(Worker& worker, int fd);
    /// No socket yet: `connect` makes one.
    explicit Stream(Worker& worker);
    ~Stream() override;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    Task<IoStatus> connect(const sockaddr* address, std::uint32_t address_bytes, Deadline deadline);
    /// TLS on top of the connected socket. On failure `tls_error()` says why.
    Task<IoStatus> handshake(TlsContext& context, std::string_view host, std::string_view session_key,
                             Deadline deadline);
    [[nodiscard]] std::string tls_error() const { return tls_error_ ? *tls_error_ : std::string(); }

    /// Waits until a read makes sense. `ok`, `timed_out`, `cancelled`.
    Task<IoStatus> readable(Deadline deadline);
    /// One read of what is there, without waiting; `end` and `failed` are final.
    IoResult try_read(std::span<char> buffer);
    /// Waits, then reads once.
    Task<IoResult> read_some(std::span<char> buffer, Deadline deadline);
    /// The same, behind what `text` holds, at most `most` bytes: what is long need not be copied from a buffer.
    Task<IoResult> read_onto(std::string& text, std::size_t most, Deadline deadline);
    /// What `read_once` returns, to be awaited at once.
    class [[nodiscard]] Read {
    public:
        [[nodiscard]] bool await_ready() { return wait_.await_ready(); }
        void await_suspend(std::coroutine_handle<> waiter) { wait_.await_suspend(waiter); }
        [[nodiscard]] IoResult await_resume() { return stream_.read_after(wait_.await_resume(), buffer_); }

    private:
        friend class Stream;
        Read(Stream& stream, std::span<char> buffer, Deadline deadline) noexcept
            : stream_(stream), buffer_(buffer), wait_(stream.descriptor_.readable(deadline)) {}
        Stream& stream_;
        std::span<char> buffer_;
        Descriptor::Wait wait_;
    };
    /// As `read_some`, without a coroutine of its own, for who waits long. May end with `would_block`: ask again.
    Read read_once(std::span<char> buffer, Deadline deadline) noexcept { return {*this, buffer, deadline}; }
    /// Up to three pieces of text that go out one behind the other.
    using Pieces = std::array<std::string_view, 3>;
    /// What `write_all` returns, to be awaited at once; ends with `ok`, `timed_out`, `cancelled` or `failed`. Nearly
    /// always the kernel takes everything, and nothing has to wait.
    class [[nodiscard]] Write {
    public:
        [[nodiscard]] bool await_ready() { return stream_.write_now(pieces_, status_); }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiter) {
            return rest_.emplace(stream_.write_rest(pieces_, deadline_)).await_suspend(waiter);
        }
        [[nodiscard]] IoStatus await_resume() { return rest_ ? rest_->await_resume() : status_; }
        /// Once it has ended: what it has not written.
        [[nodiscard]] const Pieces& left() const noexcept { return pieces_; }

    private:
        friend class Stream;
        Write(Stream& stream, Pieces pieces, Deadline deadline) noexcept
            : stream_(stream), pieces_(pieces), deadline_(deadline) {}
        Stream& stream_;
        Pieces pieces_;
        Deadline deadline_;
        IoStatus status_ = IoStatus::ok;
        std::optional<Task<IoStatus>> rest_;
    };
    /// Writes all pieces, in order, joined or gathered into as few system calls as possible.
    Write write_all(std::string_view first, std::string_view second, std::string_view third,
                    Deadline deadline) noexcept {
        return {*this, {first, second, third}, deadline};
    }
    Write write_all(std::string_view bytes, Deadline deadline) noexcept { return write_all(bytes, {}, {}, deadline); }

    /// Requests `gone` when the peer closes or resets the connection while nobody reads. With `fin_is_gone` false a
    /// clean end of the peer's sending side does not count. Bytes that arrive meanwhile are offered to `early`. All
    /// live until `unwatch_peer`.
    void watch_peer(CancelSource& gone, bool fin_is_gone, EarlyBytes& early);
    void unwatch_peer() noexcept { descriptor_.unwatch(); }
    /// Tells `told` once, when the peer closes or resets the connection while nobody reads, although there may be
    /// something to read. It lives until `unwatch_peer`, or a `watch_peer`, which takes its place.
    void watch_end(EndOfPeer& told);
    /// An idle connection that still lives and has nothing to read: asks the kernel.
    [[nodiscard]] bool idle_and_alive();
    /// As `idle_and_alive`, by what the event loop has heard, and by asking the kernel only where that leaves a doubt.
    [[nodiscard]] bool seems_idle_and_alive() { return descriptor_.quiet() || idle_and_alive(); }

    void cancel() noexcept override { descriptor_.cancel(); }
    /// Ends the read or the write that waits with `timed_out`.
    void interrupt_read() noexcept { descriptor_.interrupt_read(); }
    void interrupt_write() noexcept { descriptor_.interrupt_write(); }
    /// Sends what TLS has to say and a FIN; reading goes on.
    void shutdown_send() noexcept;
    /// The close will be a reset: for an answer that broke off and whose only framing is the end of its connection.
    void reset_on_close() noexcept;
    void close() noexcept;
    [[nodiscard]] bool open() const noexcept { return descriptor_.open(); }
    /// "203.0.113.7:443" of the peer, for the log.
    [[nodiscard]] std::string peer() const;

private:
    enum class Peek : std::uint8_t { nothing, data, end, failed };
    Peek peek();
    Peek peek_tls();
    void on_readable() override;
    [[nodiscard]] std::size_t unread() const noexcept;
    IoResult try_read_tls(std::span<char> buffer);
    IoResult read_records(std::span<char> buffer);
    void note_read_ahead() noexcept;
    IoResult read_after(WaitResult waited, std::span<char> buffer);
    /// False when the rest, which `pieces` then is, has to wait.
    bool write_now(Pieces& pieces, IoStatus& status);
    Task<IoStatus> write_rest(Pieces& pieces, Deadline deadline);
    IoResult try_write(const Pieces& pieces);
    IoResult try_write_tls(std::string_view bytes);
    IoResult write_records(std::string_view bytes);
    IoStatus tls_status(int result);
    IoStatus tls_read_status(int result);

    Worker* worker_;
    Descriptor descriptor_;
    ssl_st* tls_ = nullptr;
    CancelSource* watch_gone_ = nullptr;
    EarlyBytes* watch_early_ = nullptr;
    EndOfPeer* watch_end_ = nullptr;  ///< instead of the two
    bool watch_fin_is_gone_ = false;
    bool tls_read_waits_ = false;       ///< OpenSSL reads no more before the peer has sent or taken something
    IoStatus tls_over_ = IoStatus::ok;  ///< `end` or `failed`, once a read has met that
    Boxed<std::string> tls_error_;
};

}  // namespace breakwater
