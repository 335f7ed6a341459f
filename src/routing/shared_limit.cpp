#include "breakwater/routing/shared_limit.hpp"

namespace breakwater {

void SharedLimit::use_fixed(std::uint32_t limit) noexcept {
    const std::lock_guard lock(mutex_);
    adaptive_.reset();
    adapts_.store(false, std::memory_order_relaxed);
    limit_.store(limit, std::memory_order_relaxed);
}

void SharedLimit::use_adaptive(AdaptiveLimit::Bounds bounds) {
    const std::lock_guard lock(mutex_);
    if (!adaptive_ || adaptive_->bounds() != bounds) adaptive_.emplace(bounds);
    adapts_.store(true, std::memory_order_relaxed);
    limit_.store(adaptive_->limit(), std::memory_order_relaxed);
}

void SharedLimit::on_first_content(bool stream, SizeClass size, Duration latency, std::uint32_t in_flight,
                                   TimePoint now) noexcept {
    const std::lock_guard lock(mutex_);
    if (!adaptive_) return;
    adaptive_->on_first_content(stream, size, latency, in_flight, now);
    limit_.store(adaptive_->limit(), std::memory_order_relaxed);
}

void SharedLimit::on_overload(TimePoint now) noexcept {
    const std::lock_guard lock(mutex_);
    if (!adaptive_) return;
    adaptive_->on_overload(now);
    limit_.store(adaptive_->limit(), std::memory_order_relaxed);
}

}  // namespace breakwater
