#include "event_loop.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>

namespace breakwater {

namespace {

/// What epoll_wait takes: -1 without an end, and rounded up, because a timer that is looked at too early is set again.
int milliseconds_between(TimePoint now, TimePoint until) noexcept {
    if (until == TimePoint::max()) return -1;
    if (until <= now) return 0;
    constexpr std::int64_t kMost = std::numeric_limits<int>::max();
    return static_cast<int>(std::min(std::chrono::ceil<std::chrono::milliseconds>(until - now).count(), kMost));
}

}  // namespace

EventLoop::EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)), wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    epoll_event event{.events = EPOLLIN, .data = {.ptr = nullptr}};
    if (epoll_ < 0 || wake_ < 0 || ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event) != 0) {
        throw std::system_error(errno, std::generic_category(), "the event loop cannot be made");
    }
}

EventLoop::~EventLoop() {
    ::close(wake_);
    ::close(epoll_);
}

bool EventLoop::add(int fd, EventHandler& handler) noexcept {
    epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.ptr = &handler}};
    return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0;
}

void EventLoop::remove(int fd, EventHandler& handler) noexcept {
    epoll_event ignored{};
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, &ignored);
    for (epoll_event& event : fetched_) {
        if (event.data.ptr == &handler) event = {};
    }
    std::erase(again_, &handler);
    std::ranges::replace(now_, &handler, nullptr);
}

void EventLoop::again(EventHandler& handler) {
    again_.push_back(&handler);
}

// The sanitizer looks at an object that it sees for the first time through a pipe, and takes a process that has no
// descriptor left for one with a broken object.
__attribute__((no_sanitize("vptr"))) bool EventLoop::turn(TimePoint now, TimePoint until) {
    const int wait = again_.empty() ? milliseconds_between(now, until) : 0;
    const int count = ::epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()), wait);
    ++turns_;
    now_.swap(again_);
    const bool any = count > 0 || !now_.empty();
    fetched_ = std::span(events_).first(static_cast<std::size_t>(std::max(count, 0)));
    while (!fetched_.empty()) {
        const epoll_event event = fetched_.front();
        fetched_ = fetched_.subspan(1);
        if (event.data.ptr != nullptr) {
            static_cast<EventHandler*>(event.data.ptr)->on_events(event.events);
        } else if (event.events != 0) {
            clear_wake();
        }
    }
    // By index: a handler that goes away meanwhile is replaced by null.
    for (std::size_t i = 0; i < now_.size(); ++i) {
        if (now_[i] != nullptr) now_[i]->on_events(0);
    }
    now_.clear();
    return any;
}

void EventLoop::wake() noexcept {
    const std::uint64_t one = 1;
    // A full counter means that the wake-up is pending already.
    static_cast<void>(!::write(wake_, &one, sizeof(one)));
}

void EventLoop::clear_wake() noexcept {
    std::uint64_t count = 0;
    static_cast<void>(!::read(wake_, &count, sizeof(count)));
}

}  // namespace breakwater
