#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>

#include "breakwater/routing/adaptive_limit.hpp"

namespace breakwater {

/// The concurrency limit of a deployment for all workers: none, a number, or one that adapts. Thread-safe: reading it
/// is a load; only one that adapts takes a short lock for each answer.
class SharedLimit {
public:
    /// What the configuration says; an adaptive limit keeps what it has learnt while its bounds stay.
    void use_none() noexcept { use_fixed(0); }
    void use_fixed(std::uint32_t limit) noexcept;
    void use_adaptive(AdaptiveLimit::Bounds bounds);

    /// Attempts that may run at a time; 0: any number.
    [[nodiscard]] std::uint32_t limit() const noexcept { return limit_.load(std::memory_order_relaxed); }
    [[nodiscard]] bool adapts() const noexcept { return adapts_.load(std::memory_order_relaxed); }
    // As of AdaptiveLimit, where the limit adapts.
    void on_first_content(bool stream, SizeClass size, Duration latency, std::uint32_t in_flight,
                          TimePoint now) noexcept;
    void on_overload(TimePoint now) noexcept;

private:
    std::atomic<std::uint32_t> limit_{0};
    std::atomic<bool> adapts_{false};
    std::mutex mutex_;
    std::optional<AdaptiveLimit> adaptive_;
};

}  // namespace breakwater
