#pragma once

#include <memory>
#include <string>

#include "breakwater/exchange/client_body.hpp"
#include "breakwater/net/chunked.hpp"
#include "breakwater/net/stream.hpp"

namespace breakwater {

/// Whose body is read: the connection.
class BodyOwner {
public:
    /// All of it has come.
    virtual void body_ended() = 0;
    /// The client went away before that.
    virtual void client_left() = 0;

protected:
    ~BodyOwner() = default;
};

/// The framing of a body whose start has been read.
struct BodyFrame {
    std::optional<std::uint64_t> left{};  ///< nothing: chunked
    ChunkedDecoder chunks{};
    std::uint64_t received = 0;  ///< bytes of the body, its start
};

/// Reads the rest of a request's body off its connection, no faster than it is asked to. The client's time counts only
/// while somebody waits for it. Everything passed in outlives it.
class StreamedBody final : public ClientBody, private EndOfPeer {
public:
    /// `buffer` holds what has been received and is not used, and gets what stands behind the body. `patience`: how
    /// long the client may be waited for, in all. `bytes_max`: how long the body may be, its start included.
    StreamedBody(Stream& stream, Worker& worker, std::string& buffer, BodyOwner& owner, const BodyFrame& frame,
                 Duration patience, std::uint64_t bytes_max);

    Task<BoxedResult<std::string_view>> read(Deadline deadline) override;
    [[nodiscard]] bool ended() const noexcept override { return ended_; }
    [[nodiscard]] std::optional<std::uint64_t> left() const noexcept override { return frame_.left; }
    [[nodiscard]] std::uint64_t received() const noexcept override { return frame_.received; }
    void cancel() noexcept override;
    /// From here on the owner is told when the client leaves while nobody reads.
    void watch_client();

private:
    void on_end_of_peer(std::size_t unread, bool broken) override;
    [[nodiscard]] std::span<char> window() noexcept;
    std::size_t take_buffered();
    BoxedResult<std::string_view> take(std::size_t bytes);
    BoxedResult<std::string_view> take_chunked(std::size_t bytes);
    BoxedResult<std::string_view> failure(IoStatus status);
    void end();

    Stream& stream_;
    Worker& worker_;
    std::string& buffer_;
    BodyOwner& owner_;
    BodyFrame frame_;
    Duration patience_;
    std::uint64_t bytes_max_;
    std::unique_ptr<char[]> window_;
    bool waiting_ = false;
    bool interrupted_ = false;
    bool ended_ = false;
};

}  // namespace breakwater
