#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "script.hpp"

namespace bench {

using Clock = std::chrono::steady_clock;

/// A client connection: one request at a time, answered by its script. Registered once, edge-triggered, for reading and
/// writing, so that a request costs three system calls: epoll_wait, recv, send.
class Connection {
public:
    explicit Connection(int fd) : fd_(fd) {}
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Each is false when the connection is to be closed.
    bool on_readable(std::span<char> scratch);
    bool on_writable();
    /// The time of `due` has come.
    bool on_due();
    /// When the next event of the stream is to be written.
    [[nodiscard]] std::optional<Clock::time_point> due() const noexcept { return due_; }

private:
    bool take(std::string_view bytes);
    bool read_request(std::string_view bytes);
    bool answer();
    bool send(std::string_view bytes);

    int fd_;
    std::string request_;   // bytes of a request that did not come whole
    std::size_t skip_ = 0;  // bytes of the body that are still to come and not looked at
    Script script_{};
    std::string backlog_;        // what the socket did not take of small writes
    std::string_view unsent_{};  // what it did not take of a whole response, whose bytes are the script's
    unsigned events_left_ = 0;
    std::optional<Clock::time_point> due_{};
    bool answering_ = false;
};

}  // namespace bench
