#include "memory_watch.hpp"

#include <chrono>

#include <fmt/format.h>

namespace breakwater {

namespace {

constexpr Duration kLookEvery = std::chrono::milliseconds(50);

std::uint64_t mebibytes(std::uint64_t bytes) noexcept {
    return bytes >> 20;
}

}  // namespace

void MemoryWatch::use(MemoryGauge gauge, Say say) {
    const std::lock_guard lock(mutex_);
    gauge_ = std::move(gauge);
    say_ = std::move(say);
    limited_.store(gauge_.limit > 0, std::memory_order_relaxed);
    if (gauge_.limit == 0) short_.store(false, std::memory_order_relaxed);
    look_again_.store(0, std::memory_order_relaxed);
}

std::uint64_t MemoryWatch::limit() const {
    const std::lock_guard lock(mutex_);
    return gauge_.limit;
}

std::optional<std::uint64_t> MemoryWatch::used() const {
    const std::lock_guard lock(mutex_);
    return gauge_.used();
}

// Of those who find that it is time, one looks; the others go by what was seen before.
bool MemoryWatch::look(TimePoint now) {
    auto due = look_again_.load(std::memory_order_relaxed);
    const auto at = now.time_since_epoch();
    if (at.count() >= due &&
        look_again_.compare_exchange_strong(due, Duration(at + kLookEvery).count(), std::memory_order_relaxed)) {
        judge();
    }
    return short_.load(std::memory_order_relaxed);
}

void MemoryWatch::judge() {
    const std::lock_guard lock(mutex_);
    const auto used = gauge_.used();
    if (!used || gauge_.limit == 0) return;
    const bool was_short = short_.load(std::memory_order_relaxed);
    const std::uint64_t bound = gauge_.limit / 100 * (was_short ? 90 : 95);
    const bool is_short = *used > bound;
    if (is_short == was_short) return;
    short_.store(is_short, std::memory_order_relaxed);
    if (is_short) {
        say_(true,
             fmt::format("Memory is short: {} of {} MB are used. New requests are answered 503 `memory_short` until "
                         "it is less than {} MB; running ones go on. Give the process more memory, or let "
                         "`server.limits` admit less.",
                         mebibytes(*used), mebibytes(gauge_.limit), mebibytes(gauge_.limit / 100 * 90)));
    } else {
        say_(false, fmt::format("Memory is no longer short: {} of {} MB are used.", mebibytes(*used),
                                mebibytes(gauge_.limit)));
    }
}

}  // namespace breakwater
