#include "streamed_body.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "breakwater/net/worker.hpp"

namespace breakwater {

namespace {

/// What of an upload is held at once, beside its start.
constexpr std::size_t kWindowBytes = 128u << 10;

}  // namespace

StreamedBody::StreamedBody(Stream& stream, Worker& worker, std::string& buffer, BodyOwner& owner,
                           const BodyFrame& frame, Duration patience, std::uint64_t bytes_max)
    : stream_(stream),
      worker_(worker),
      buffer_(buffer),
      owner_(owner),
      frame_(frame),
      patience_(patience),
      bytes_max_(bytes_max),
      window_(std::make_unique_for_overwrite<char[]>(kWindowBytes)) {}

// Its leaving shows behind whatever it has sent, which nobody may want for a while.
void StreamedBody::watch_client() {
    stream_.watch_end(*this);
}

// A client that has sent all of it may close its side. Without a length only a reader sees which it is.
void StreamedBody::on_end_of_peer(std::size_t unread, bool broken) {
    if (broken || (frame_.left && unread < *frame_.left)) owner_.client_left();
}

// Of a body that says its length nothing is read that stands behind it.
std::span<char> StreamedBody::window() noexcept {
    const std::uint64_t wanted = frame_.left.value_or(kWindowBytes);
    return {window_.get(), static_cast<std::size_t>(std::min<std::uint64_t>(wanted, kWindowBytes))};
}

// What had come before anybody asked.
std::size_t StreamedBody::take_buffered() {
    const std::size_t bytes = std::min(buffer_.size(), window().size());
    std::memcpy(window_.get(), buffer_.data(), bytes);
    buffer_.erase(0, bytes);
    return bytes;
}

Task<BoxedResult<std::string_view>> StreamedBody::read(Deadline deadline) {
    while (!ended_) {
        std::size_t bytes = take_buffered();
        if (bytes == 0) {
            const TimePoint asked = worker_.now();
            const Deadline until = earliest(deadline, Deadline::after(asked, patience_));
            waiting_ = true;
            const IoResult read = co_await stream_.read_once(window(), until);
            waiting_ = false;
            patience_ -= worker_.now() - asked;
            if (read.status == IoStatus::would_block) continue;
            if (read.status != IoStatus::ok) co_return failure(read.status);
            bytes = read.bytes;
        }
        BoxedResult<std::string_view> body = take(bytes);
        if (!body || !body->empty()) co_return body;
    }
    co_return std::string_view();
}

void StreamedBody::cancel() noexcept {
    if (!waiting_) return;
    interrupted_ = true;
    stream_.interrupt_read();
}

BoxedResult<std::string_view> StreamedBody::take(std::size_t bytes) {
    if (!frame_.left) return take_chunked(bytes);
    *frame_.left -= bytes;
    frame_.received += bytes;
    if (*frame_.left == 0) {
        end();
    } else {
        watch_client();
    }
    return std::string_view(window_.get(), bytes);
}

BoxedResult<std::string_view> StreamedBody::take_chunked(std::size_t bytes) {
    const ChunkedDecoder::Step step = frame_.chunks.decode({window_.get(), bytes});
    if (step.failed) return fail(ErrorKind::invalid_request, "The request body breaks the chunked coding.");
    frame_.received += step.body_bytes;
    if (frame_.received > bytes_max_)
        return fail(ErrorKind::request_too_large, "The request body is larger than this server takes.");
    if (frame_.chunks.done()) {
        buffer_.insert(0, window_.get() + step.consumed, bytes - step.consumed);
        end();
    } else {
        watch_client();
    }
    return std::string_view(window_.get(), step.body_bytes);
}

void StreamedBody::end() {
    ended_ = true;
    owner_.body_ended();
}

BoxedResult<std::string_view> StreamedBody::failure(IoStatus status) {
    if (status != IoStatus::timed_out) {
        owner_.client_left();
        return fail(ErrorKind::cancelled, "The client went away.");
    }
    if (std::exchange(interrupted_, false)) return fail(ErrorKind::cancelled, "Nobody waits for the request body.");
    if (patience_ <= Duration::zero())
        return fail(ErrorKind::request_timeout, "The request body did not arrive in time.");
    Error late(ErrorKind::request_timeout,
               "The request's deadline passed before its body had arrived. Raise `timeouts.total` of the route, or the "
               "client's own timeout, if uploads may take this long.");
    late.code = "deadline_exceeded";
    return std::unexpected(std::move(late));
}

}  // namespace breakwater
