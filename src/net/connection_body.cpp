#include "connection.hpp"

#include <algorithm>
#include <utility>

#include "breakwater/net/chunked.hpp"

// How the body of a request is read: all of it before the request is handled, or, of an upload, its start.

namespace breakwater {

namespace {

/// An upload that is longer than this is taken up when so much of it is here, and no more of it is held. What is
/// shorter can be sent as often as an attempt fails.
constexpr std::size_t kUploadStart = 1u << 20;
/// Of a long body so much is read in one turn of the loop, in which others wait.
constexpr std::size_t kReadMost = 256u << 10;
/// A client that is silent for so long has nothing more to send, or waits for the answer that it has been given.
constexpr std::chrono::seconds kSilence{1};

}  // namespace

// Reads once more into the buffer.
Task<bool> Connection::more(Deadline deadline, IoStatus& status) {
    const IoResult read = co_await stream_.read_some(server_->worker.read_buffer(), deadline);
    status = read.status;
    if (read.status == IoStatus::ok) buffer_.append(server_->worker.read_buffer().data(), read.bytes);
    co_return read.status == IoStatus::ok;
}

Task<Connection::Next> Connection::read_body() {
    const Deadline deadline = Deadline::after(now(), settings_->timeouts.body);
    if (framing_.chunked) co_return co_await read_chunked_body(deadline);
    co_return co_await read_sized_body(*framing_.content_length, deadline);
}

Task<Connection::Next> Connection::body_broke_off(IoStatus status) {
    if (status == IoStatus::timed_out)
        co_return co_await refuse(408, "The request body did not arrive in time.", &request_.http);
    co_return Next::close;
}

Task<Connection::Next> Connection::read_sized_body(std::uint64_t length, Deadline deadline) {
    std::string& body = request_.http.body;
    const std::size_t size = static_cast<std::size_t>(length);
    std::size_t start = kUploadStart;
    std::size_t room = size > start ? start + Worker::kReadBufferBytes : size;
    while (body.size() < size) {
        if (body.size() >= start) {
            if (begin_upload({.left = size - body.size(), .received = body.size()}, deadline)) break;
            start = room = size;  // asked once
        }
        if (body.capacity() == body.size()) body.reserve(std::min(room, body.capacity() * 4));
        const std::size_t most = std::min({size - body.size(), body.capacity() - body.size(), kReadMost});
        const IoResult read = co_await stream_.read_onto(body, most, deadline);
        if (read.status != IoStatus::ok) co_return co_await body_broke_off(read.status);
    }
    co_return Next::request;
}

Task<Connection::Next> Connection::read_chunked_body(Deadline deadline) {
    ChunkedDecoder decoder;
    std::size_t start = kUploadStart;
    while (true) {
        const ChunkedDecoder::Step step = decoder.decode(buffer_);
        if (step.failed) co_return co_await refuse(400, "The request body breaks the chunked coding.", &request_.http);
        request_.http.body.append(buffer_, 0, step.body_bytes);
        buffer_.erase(0, step.consumed);
        if (request_.http.body.size() > settings_->limits.body_bytes) {
            co_return co_await refuse(413, "The request body is larger than this server takes.", &request_.http);
        }
        if (decoder.done()) co_return Next::request;
        if (const std::size_t here = request_.http.body.size(); here >= start) {
            if (begin_upload({.chunks = decoder, .received = here}, deadline)) co_return Next::request;
            start = settings_->limits.body_bytes + 1;  // asked once
        }
        IoStatus status = IoStatus::ok;
        if (!co_await more(deadline, status)) co_return co_await body_broke_off(status);
    }
}

// False when the request has to be there whole before it is handled.
bool Connection::begin_upload(const BodyFrame& frame, Deadline deadline) {
    if (!server_->handler.takes_start(request_.http)) return false;
    BodyOwner& owner = *this;
    upload_ = std::make_unique<StreamedBody>(stream_, server_->worker, buffer_, owner, frame, deadline.left(now()),
                                             settings_->limits.body_bytes);
    request_.rest = upload_.get();
    return true;
}

void Connection::end_upload() noexcept {
    request_.rest = nullptr;
    upload_.reset();
}

// From here on its leaving shows without a read.
void Connection::body_ended() {
    stream_.watch_peer(*gone_, settings_->half_close == config::HalfClose::cancel, *this);
}

// Reads on for a while, so that an answer to a client that is still sending is not lost in a reset.
Task<void> Connection::drain(std::size_t bytes_max, Duration time) {
    stream_.shutdown_send();
    const Deadline deadline = Deadline::after(now(), time);
    std::size_t drained = 0;
    while (drained < bytes_max) {
        const Deadline moment = earliest(deadline, Deadline::after(now(), kSilence));
        const IoResult read = co_await stream_.read_some(server_->worker.read_buffer(), moment);
        if (read.status != IoStatus::ok) break;
        drained += read.bytes;
    }
}

}  // namespace breakwater
