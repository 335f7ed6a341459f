#include "breakwater/net/descriptor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "breakwater/net/worker.hpp"
#include "event_loop.hpp"

namespace breakwater {

/// One direction, and who waits for it.
struct Descriptor::Side {
    explicit Side(TimerQueue& timers) : timer(timers, &Side::on_timer, this) {}

    static void on_timer(void* self) { static_cast<Side*>(self)->finish(WaitResult::timed_out); }

    /// Ends the current wait and runs the waiter, who may destroy this object.
    void finish(WaitResult how) {
        if (waiting == nullptr) return;
        waiting->result_ = how;
        waiting = nullptr;
        timer.disarm();
        std::exchange(waiter, {}).resume();
    }

    TimerEntry timer;
    std::coroutine_handle<> waiter;
    Wait* waiting = nullptr;
};

struct Descriptor::Core final : EventHandler {
    Core(Worker& w, int descriptor) : worker(w), fd(descriptor), read(w.timers()), write(w.timers()) {}

    void on_events(std::uint32_t events) override {
        constexpr std::uint32_t kBroken = EPOLLHUP | EPOLLERR;
        if ((events & (EPOLLRDHUP | kBroken)) != 0) ended = true;
        if ((events & kBroken) != 0) broken = true;
        if ((events & (EPOLLIN | EPOLLRDHUP | kBroken)) != 0) has_input = true;
        if ((events & (EPOLLOUT | kBroken)) != 0 && std::exchange(reads_when_writable, false)) has_input = true;
        if ((events & (EPOLLOUT | kBroken)) != 0 && write.waiting != nullptr) {
            // Whoever is resumed may close the descriptor, so that one of the two can be told now.
            if (has_input) worker.loop().again(*this);
            worker.renew_now();
            return write.finish(WaitResult::ready);
        }
        if (!has_input) return;
        worker.renew_now();
        if (read.waiting != nullptr) {
            served_in = worker.loop().turns();
            return read.finish(WaitResult::ready);
        }
        if (watcher != nullptr && (ended || !end_only)) std::exchange(watcher, nullptr)->on_readable();
    }

    Worker& worker;
    int fd;
    Side read;
    Side write;
    ReadWatcher* watcher = nullptr;
    std::uint64_t served_in = 0;  // the turn of the loop in which the last read was let through
    bool has_input = true;
    bool ended = false;
    bool broken = false;
    bool reads_when_writable = false;
    bool end_only = false;  // what the watcher waits for
    bool cancelled = false;
    bool* closed = nullptr;  // told when this object ends, by who has resumed somebody and goes on
};

bool Descriptor::Wait::await_ready() noexcept {
    if (core_ == nullptr || core_->cancelled) return true;
    const bool reading = side_ == &core_->read;
    if (!reading || !core_->has_input) return false;
    if (core_->served_in == core_->worker.loop().turns()) return false;
    core_->served_in = core_->worker.loop().turns();
    result_ = WaitResult::ready;
    return true;
}

void Descriptor::Wait::await_suspend(std::coroutine_handle<> waiter) {
    side_->waiter = waiter;
    side_->waiting = this;
    side_->timer.arm(deadline_);
    if (side_ == &core_->read && core_->has_input) core_->worker.loop().again(*core_);
}

Descriptor::Descriptor() noexcept = default;

Descriptor::Descriptor(Worker& worker, int fd) : core_(std::make_unique<Core>(worker, fd)) {
    const int flags = ::fcntl(fd, F_GETFL);
    if ((flags & O_NONBLOCK) == 0) ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    // A descriptor that the kernel does not watch would wait for ever: its waits end at once instead.
    if (!worker.loop().add(fd, *core_)) core_->cancelled = true;
}

Descriptor::~Descriptor() {
    close();
}
Descriptor::Descriptor(Descriptor&&) noexcept = default;

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        close();
        core_ = std::move(other.core_);
    }
    return *this;
}

int Descriptor::fd() const noexcept {
    return core_ ? core_->fd : -1;
}

Descriptor::Wait Descriptor::readable(Deadline deadline) noexcept {
    return {core_.get(), core_ ? &core_->read : nullptr, deadline};
}

Descriptor::Wait Descriptor::writable(Deadline deadline) noexcept {
    return {core_.get(), core_ ? &core_->write : nullptr, deadline};
}

void Descriptor::drained() noexcept {
    if (core_) core_->has_input = core_->ended;
}

void Descriptor::undrained() noexcept {
    if (!core_ || std::exchange(core_->has_input, true)) return;
    if (core_->read.waiting != nullptr || core_->watcher != nullptr) core_->worker.loop().again(*core_);
}

void Descriptor::drained_until_writable() noexcept {
    if (!core_) return;
    // Also behind the peer's end, which cannot be read before there is room.
    core_->has_input = false;
    core_->reads_when_writable = true;
}

bool Descriptor::broken() const noexcept {
    return core_ && core_->broken;
}

bool Descriptor::quiet() const noexcept {
    return core_ && !core_->has_input && !core_->ended && !core_->cancelled;
}

void Descriptor::watch_readable(ReadWatcher& watcher) {
    if (!core_) return;
    core_->watcher = &watcher;
    core_->end_only = false;
    if (core_->has_input) core_->worker.loop().again(*core_);
}

void Descriptor::watch_end(ReadWatcher& watcher) {
    if (!core_) return;
    core_->watcher = &watcher;
    core_->end_only = true;
    if (core_->ended) core_->worker.loop().again(*core_);
}

void Descriptor::unwatch() noexcept {
    if (core_) core_->watcher = nullptr;
}

void Descriptor::cancel() noexcept {
    if (!core_ || std::exchange(core_->cancelled, true)) return;
    // Whoever is resumed may destroy this object; in a tunnel another coroutine waits for the other side.
    Core* const core = core_.get();
    bool closed = false;
    core->closed = &closed;
    core->write.finish(WaitResult::cancelled);
    if (closed) return;
    core->closed = nullptr;
    core->read.finish(WaitResult::cancelled);
}

void Descriptor::interrupt_read() noexcept {
    if (core_) core_->read.finish(WaitResult::timed_out);
}

void Descriptor::interrupt_write() noexcept {
    if (core_) core_->write.finish(WaitResult::timed_out);
}

void Descriptor::close() noexcept {
    if (!core_) return;
    const std::unique_ptr<Core> core = std::move(core_);
    if (core->closed != nullptr) *core->closed = true;
    core->worker.loop().remove(core->fd, *core);
    ::close(core->fd);
}

}  // namespace breakwater
