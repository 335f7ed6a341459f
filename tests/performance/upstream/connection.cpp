#include "connection.hpp"

#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

namespace bench {
namespace {

/// The value of Content-Length; 0 without one.
std::size_t content_length(std::string_view head) {
    constexpr std::string_view kName = "content-length:";
    for (std::size_t at = head.find('\n'); at != std::string_view::npos; at = head.find('\n', at + 1)) {
        const std::string_view line = head.substr(at + 1);
        if (line.size() < kName.size() || ::strncasecmp(line.data(), kName.data(), kName.size()) != 0) continue;
        const std::size_t digits = line.find_first_not_of(' ', kName.size());
        std::size_t value = 0;
        std::from_chars(line.data() + digits, line.data() + line.size(), value);
        return value;
    }
    return 0;
}

/// Streams that start together must not stay in step, or one wake-up would serve them all: each gets a place of its own
/// in the gap, spread by the golden ratio.
Clock::duration next_phase(Clock::duration gap) {
    static double place = 0;
    place += 0.6180339887;
    if (place >= 1) place -= 1;
    return std::chrono::duration_cast<Clock::duration>(gap * place);
}

}  // namespace

Connection::~Connection() {
    ::close(fd_);
}

bool Connection::on_readable(std::span<char> scratch) {
    for (;;) {
        const ssize_t count = ::recv(fd_, scratch.data(), scratch.size(), 0);
        if (count == 0) return false;
        if (count < 0) return errno == EAGAIN;
        if (!take({scratch.data(), static_cast<std::size_t>(count)})) return false;
        // A short read has emptied the socket.
        if (static_cast<std::size_t>(count) < scratch.size()) return true;
    }
}

bool Connection::take(std::string_view bytes) {
    if (answering_) return false;  // nobody pipelines here
    if (skip_ > 0) {
        if (bytes.size() > skip_) return false;
        skip_ -= bytes.size();
        return skip_ > 0 || answer();
    }
    if (request_.empty()) return read_request(bytes);
    request_.append(bytes);
    return read_request(request_);
}

bool Connection::read_request(std::string_view bytes) {
    const std::size_t head_end = bytes.find("\r\n\r\n");
    const std::size_t head_size = head_end + 4;
    const std::size_t length = head_end == std::string_view::npos ? 0 : content_length(bytes.substr(0, head_size));
    std::optional<Script> script;
    if (head_end != std::string_view::npos) {
        if (bytes.size() > head_size + length) return false;
        script = choose_script(bytes.substr(0, bytes.find('\n')), bytes.substr(head_size),
                               bytes.size() == head_size + length);
    }
    if (!script) {
        if (request_.empty()) request_.assign(bytes);
        return true;
    }
    script_ = *script;
    skip_ = head_size + length - bytes.size();
    request_ = std::string();  // 10,000 idle streams hold no request
    return skip_ > 0 || answer();
}

bool Connection::answer() {
    answering_ = true;
    switch (script_.kind) {
        case Script::Kind::whole:
        case Script::Kind::burst:
            unsent_ = whole_response(script_);
            return on_writable();
        case Script::Kind::paced:
            events_left_ = script_.events;
            due_ = Clock::now() + next_phase(script_.gap);
            return send(stream_opening(script_.dialect));
        case Script::Kind::idle:
            events_left_ = script_.events;
            due_ = Clock::now() + script_.gap;
            return send(
                std::string(stream_opening(script_.dialect)).append(stream_event(script_.dialect, events_left_)));
    }
    return false;
}

bool Connection::on_due() {
    if (--events_left_ > 0) {
        *due_ += script_.gap;
        return send(stream_event(script_.dialect, events_left_));
    }
    due_.reset();
    answering_ = false;
    return send(std::string(stream_event(script_.dialect, events_left_)).append(stream_ending(script_.dialect)));
}

bool Connection::send(std::string_view bytes) {
    if (!backlog_.empty()) {
        backlog_.append(bytes);
        return true;
    }
    const ssize_t count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN) return false;
    backlog_.assign(bytes.substr(static_cast<std::size_t>(std::max<ssize_t>(count, 0))));
    return true;
}

bool Connection::on_writable() {
    std::string_view rest = backlog_.empty() ? unsent_ : std::string_view(backlog_);
    if (rest.empty()) return true;
    const ssize_t count = ::send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count < 0) return errno == EAGAIN;
    if (!backlog_.empty()) {
        backlog_.erase(0, static_cast<std::size_t>(count));
        return true;
    }
    unsent_.remove_prefix(static_cast<std::size_t>(count));
    if (unsent_.empty()) answering_ = false;
    return true;
}

}  // namespace bench
