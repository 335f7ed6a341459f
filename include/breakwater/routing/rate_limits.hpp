#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>

#include "breakwater/base/clock.hpp"

namespace breakwater {

/// What the headers of an answer say of one allowance of its provider. Whatever they do not say is absent.
struct Allowance {
    std::optional<std::int64_t> limit{};
    std::optional<std::int64_t> remaining{};
    std::optional<Duration> reset{};  ///< from the answer until nothing of it is used
    bool refills = false;             ///< evenly until then, and not all at once
};

/// Both allowances that providers speak of.
struct RateLimitReading {
    Allowance requests{};
    Allowance tokens{};
};

/// An allowance of one deployment as the answers of all workers tell of it. Its parts are written one by one: a reader
/// may see those of two answers, of which either would do. Thread-safe.
class SharedAllowance {
public:
    /// Figures without a time at which they end say nothing about later: they are kept to be shown.
    void note(const Allowance& said, TimePoint now) noexcept;
    /// A request is sent, of which the figures do not know yet. True when it was counted.
    bool take() noexcept {
        if (left_.load(std::memory_order_relaxed) <= 0) return false;
        left_.fetch_sub(1, std::memory_order_relaxed);
        return true;
    }
    /// What was taken was not sent.
    void give_back() noexcept { left_.fetch_add(1, std::memory_order_relaxed); }
    /// When `need` of it is likely to be there, at most a minute after the figures came: then a request finds out. Not
    /// later than `now` when nothing speaks against it, and when it never is: then the provider is to say so.
    [[nodiscard]] TimePoint available_at(std::int64_t need, TimePoint now) const noexcept {
        return resets_at_.load(std::memory_order_relaxed) <= ticks(now) ? now : refilled_at(need, now);
    }

    /// For operators.
    struct Figures {
        std::optional<std::int64_t> limit{};
        std::int64_t remaining = 0;
        Duration reset{0};  ///< from now; zero when it has passed or was not said
    };
    /// Nothing while no answer has told.
    [[nodiscard]] std::optional<Figures> figures(TimePoint now) const noexcept;

private:
    static std::int64_t ticks(TimePoint at) noexcept { return Duration(at.time_since_epoch()).count(); }
    [[nodiscard]] TimePoint refilled_at(std::int64_t need, TimePoint now) const noexcept;

    std::atomic<std::int64_t> resets_at_{0};  ///< nanoseconds of the monotonic clock; 0: not said
    std::atomic<std::int64_t> told_at_{0};
    std::atomic<std::int64_t> left_{-1};  ///< negative: not said
    std::atomic<std::int64_t> limit_{0};  ///< 0: not said
    std::atomic<bool> refills_{false};
};

/// The allowances of a deployment. Thread-safe.
struct SharedRateLimits {
    SharedAllowance requests;
    SharedAllowance tokens;

    void note(const RateLimitReading& reading, TimePoint now) noexcept {
        requests.note(reading.requests, now);
        tokens.note(reading.tokens, now);
    }
    /// When a request with so many tokens is likely to be taken; not later than `now` when nothing speaks against it.
    [[nodiscard]] TimePoint available_at(std::int64_t need_tokens, TimePoint now) const noexcept {
        return std::max(requests.available_at(1, now),
                        tokens.available_at(std::max<std::int64_t>(need_tokens, 1), now));
    }
};

}  // namespace breakwater
