#include "precise_timer.hpp"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace breakwater::bench {

PreciseTimer::PreciseTimer(Worker& worker) {
    const int fd = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (fd >= 0) descriptor_ = Descriptor(worker, fd);
}

Task<bool> PreciseTimer::wait_until(TimePoint when) {
    if (!descriptor_.open()) co_return false;
    // A time of zero would disarm the timer.
    const std::int64_t at = std::max<std::int64_t>(Duration(when.time_since_epoch()).count(), 1);
    itimerspec setting{};
    setting.it_value = {.tv_sec = at / 1'000'000'000, .tv_nsec = at % 1'000'000'000};
    if (::timerfd_settime(descriptor_.fd(), TFD_TIMER_ABSTIME, &setting, nullptr) != 0) co_return false;
    while (true) {
        if (co_await descriptor_.readable(Deadline()) != WaitResult::ready) co_return false;
        descriptor_.drained();
        std::uint64_t expirations = 0;
        if (::read(descriptor_.fd(), &expirations, sizeof(expirations)) > 0) co_return true;
    }
}

}  // namespace breakwater::bench
