#include "breakwater/net/descriptor.hpp"

#include <fcntl.h>

#include <array>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include "breakwater/net/worker.hpp"
#include "loop.hpp"

namespace breakwater {

namespace {

using AsioDescriptor = boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type>;
using Wait = boost::asio::posix::descriptor_base::wait_type;

}  // namespace

/// Shared with the handlers that Asio holds, so that one that comes after the close finds something to fall on.
struct Descriptor::Core : std::enable_shared_from_this<Descriptor::Core> {
    /// One direction.
    struct Side {
        Side(Core& owner, Wait wait) : core(owner), type(wait), timer(owner.worker.timers(), &Side::on_timer, this) {}

        static void on_timer(void* self) { static_cast<Side*>(self)->finish(WaitResult::timed_out); }

        /// Ends the current wait, if there is one, and runs the waiter.
        void finish(WaitResult how) {
            if (!waiter) return;
            result = how;
            timer.disarm();
            std::exchange(waiter, {}).resume();
        }

        /// Asks Asio for readiness unless that has been asked already.
        void request() {
            if (std::exchange(requested, true)) return;
            core.descriptor.async_wait(type, [this, keep = core.shared_from_this()](boost::system::error_code ec) {
                requested = false;
                if (ec) return finish(WaitResult::cancelled);
                if (waiter) return finish(WaitResult::ready);
                ready = true;
                if (on_ready) std::exchange(on_ready, nullptr)();
            });
        }

        Core& core;
        Wait type;
        TimerEntry timer;
        std::coroutine_handle<> waiter;
        std::function<void()> on_ready;
        WaitResult result = WaitResult::ready;
        bool requested = false;
        bool ready = false;  // became so while nobody waited
    };

    /// Suspends the caller until its side is ready, late, or cancelled.
    struct Awaiter {
        Side& side;
        Deadline deadline;

        [[nodiscard]] bool await_ready() const noexcept {
            if (side.core.cancelled) {
                side.result = WaitResult::cancelled;
                return true;
            }
            side.result = WaitResult::ready;
            return std::exchange(side.ready, false);
        }
        void await_suspend(std::coroutine_handle<> handle) const {
            side.waiter = handle;
            side.request();
            side.timer.arm(deadline);
        }
        [[nodiscard]] WaitResult await_resume() const noexcept { return side.result; }
    };

    Core(Worker& w, int fd) : worker(w), descriptor(w.loop().ioc, fd) {}

    Worker& worker;
    AsioDescriptor descriptor;
    Side read{*this, Wait::wait_read};
    Side write{*this, Wait::wait_write};
    bool cancelled = false;
};

Descriptor::Descriptor(Worker& worker, int fd) : core_(std::make_shared<Core>(worker, fd)) {
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
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
    return core_ && core_->descriptor.is_open() ? core_->descriptor.native_handle() : -1;
}

Task<WaitResult> Descriptor::readable(Deadline deadline) {
    if (!open()) co_return WaitResult::cancelled;
    Core::Awaiter awaiter{core_->read, deadline};
    co_return co_await awaiter;
}

Task<WaitResult> Descriptor::writable(Deadline deadline) {
    if (!open()) co_return WaitResult::cancelled;
    Core::Awaiter awaiter{core_->write, deadline};
    co_return co_await awaiter;
}

void Descriptor::watch_readable(std::function<void()> on_ready) {
    if (!open() || core_->read.ready) return;
    core_->read.on_ready = std::move(on_ready);
    core_->read.request();
}

void Descriptor::unwatch() noexcept {
    if (core_) core_->read.on_ready = nullptr;
}

void Descriptor::clear_readable() noexcept {
    if (core_) core_->read.ready = false;
}

void Descriptor::cancel() noexcept {
    if (!core_ || core_->cancelled) return;
    const std::shared_ptr<Core> keep = core_;  // the waiter may destroy this object
    keep->cancelled = true;
    keep->read.finish(WaitResult::cancelled);
    keep->write.finish(WaitResult::cancelled);
}

void Descriptor::close() noexcept {
    if (!core_) return;
    core_->read.on_ready = nullptr;
    core_->read.timer.disarm();
    core_->write.timer.disarm();
    boost::system::error_code ignored;
    core_->descriptor.close(ignored);
    core_.reset();
}

}  // namespace breakwater
