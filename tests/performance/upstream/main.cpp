// A provider on loopback for measurements: one thread, one epoll loop, canned bytes, so that it costs a few
// microseconds per request where the proxies under measurement cost more.
//
//   bench_upstream [PORT]        prints "bench_upstream ready port=PORT"; port 0, the default, is any free one

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <queue>
#include <vector>

#include "connection.hpp"

namespace bench {
namespace {

struct Timer {
    Clock::time_point due;
    int fd;
    std::uint64_t generation;  // of the connection: descriptors are used again
    bool operator>(const Timer& other) const noexcept { return due > other.due; }
};

struct Slot {
    std::unique_ptr<Connection> connection;
    std::uint64_t generation = 0;
    std::optional<Clock::time_point> due{};  // what the queue has of this connection
};

[[noreturn]] void fail(const char* what) {
    std::perror(what);
    std::exit(1);
}

int listen_on(unsigned short port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(fd, generic, size) != 0 || ::listen(fd, 16384) != 0 || ::getsockname(fd, generic, &size) != 0)
        fail("listen");
    std::printf("bench_upstream ready port=%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    return fd;
}

class Loop {
public:
    explicit Loop(int listener) : epoll_(::epoll_create1(EPOLL_CLOEXEC)), listener_(listener) {
        watch(listener_, EPOLLIN);
    }

    [[noreturn]] void run() {
        std::array<epoll_event, 512> events{};
        for (;;) {
            const timespec wait = time_to_next();
            const int count = ::epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()),
                                             timers_.empty() ? nullptr : &wait, nullptr);
            for (int i = 0; i < count; ++i) {
                if (events[static_cast<std::size_t>(i)].data.fd == listener_) {
                    accept_all();
                } else {
                    serve(events[static_cast<std::size_t>(i)]);
                }
            }
            write_due();
        }
    }

private:
    void watch(int fd, unsigned what) const {
        epoll_event event{};
        event.events = what;
        event.data.fd = fd;
        if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
    }

    void accept_all() {
        for (;;) {
            const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (fd < 0) return;
            const int on = 1;
            ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            if (slots_.size() <= static_cast<std::size_t>(fd)) slots_.resize(static_cast<std::size_t>(fd) * 2);
            Slot& slot = slots_[static_cast<std::size_t>(fd)];
            slot.connection = std::make_unique<Connection>(fd);
            slot.due.reset();
            ++slot.generation;
            watch(fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
        }
    }

    void serve(const epoll_event& event) {
        Slot& slot = slots_[static_cast<std::size_t>(event.data.fd)];
        if (!slot.connection) return;
        const bool gone = (event.events & (EPOLLHUP | EPOLLRDHUP | EPOLLERR)) != 0;
        const bool keeps = (event.events & EPOLLOUT) == 0 || slot.connection->on_writable();
        settle(event.data.fd,
               keeps && !gone && ((event.events & EPOLLIN) == 0 || slot.connection->on_readable(scratch_)));
    }

    void write_due() {
        if (timers_.empty()) return;
        const auto now = Clock::now();
        while (!timers_.empty() && timers_.top().due <= now) {
            const Timer timer = timers_.top();
            timers_.pop();
            Slot& slot = slots_[static_cast<std::size_t>(timer.fd)];
            if (!slot.connection || slot.generation != timer.generation || slot.due != timer.due) continue;
            settle(timer.fd, slot.connection->on_due());
        }
    }

    /// After every call on a connection: closes it, or queues its next event.
    void settle(int fd, bool keeps) {
        Slot& slot = slots_[static_cast<std::size_t>(fd)];
        if (!keeps) {
            slot.connection.reset();
            return;
        }
        const auto due = slot.connection->due();
        if (due && due != slot.due) timers_.push({*due, fd, slot.generation});
        slot.due = due;
    }

    [[nodiscard]] timespec time_to_next() const {
        if (timers_.empty()) return {};
        const auto wait = std::max(Clock::duration::zero(), timers_.top().due - Clock::now());
        return {.tv_sec = wait / std::chrono::seconds(1), .tv_nsec = (wait % std::chrono::seconds(1)).count()};
    }

    int epoll_;
    int listener_;
    std::vector<Slot> slots_;
    std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
    std::array<char, 256 * 1024> scratch_{};
};

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    // Timers of the kernel may be 50 us late by default; that would be jitter of the measurement.
    ::prctl(PR_SET_TIMERSLACK, 1UL);
    const int port = argc > 1 ? std::atoi(argv[1]) : 0;
    const auto loop = std::make_unique<bench::Loop>(bench::listen_on(static_cast<unsigned short>(port)));
    loop->run();
}
