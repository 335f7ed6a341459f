#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "breakwater/base/clock.hpp"
#include "breakwater/base/error.hpp"
#include "breakwater/base/random.hpp"

namespace breakwater {

/// Which of a provider's keys the next attempt uses: in turn, by weight, without those that the provider has just
/// refused. Knows keys by their position only. No clock; the caller serialises.
///
/// A key that is limited (429) rests for its Retry-After, up to an hour, or else for 1 s, 2 s ... up to 60 s with up to
/// a quarter less; one whose account is used up rests for 10 minutes; one that is refused (401) is left out for 10
/// minutes, after which a request finds out whether it was repaired. A missing permission (403) puts none out, for
/// it may be about what one request names: that request does without the key, and KeyPermissions learns from it.
class CredentialPool {
public:
    enum class Refusal : std::uint8_t { limited, spent, denied };
    /// What an error says about the key, or nothing when it is about something else.
    static std::optional<Refusal> refusal_of(const Error& error) noexcept;

    /// One weight for each key; none is zero.
    explicit CredentialPool(std::span<const std::uint32_t> weights);

    /// Keys that a request does without.
    using Without = std::span<const std::size_t>;

    /// Nothing when all others are out. One that is spared only when all others are, or are out.
    std::optional<std::size_t> choose(TimePoint now, Without without = {}) noexcept;
    /// True when that puts the key out: one that is out already was refused to several requests at a time.
    bool on_refused(std::size_t key, Refusal refusal, std::optional<std::chrono::milliseconds> retry_after,
                    TimePoint now, Rng& rng) noexcept;
    /// Until then the provider's headers say that nothing is left for the key: others come before it.
    void spare(std::size_t key, TimePoint until) noexcept;
    /// Time until a key may be used for which something is left; zero when one is now.
    [[nodiscard]] Duration spared(TimePoint now, Without without = {}) const noexcept;
    [[nodiscard]] bool usable(std::size_t key, TimePoint now) const noexcept { return now >= keys_[key].out_until; }
    [[nodiscard]] bool any_usable(TimePoint now, Without without = {}) const noexcept;
    /// Time until the first of those that rest comes back; nothing when all that are out were denied.
    [[nodiscard]] std::optional<Duration> rest(TimePoint now, Without without = {}) const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }

private:
    struct Key {
        std::int64_t weight = 1;
        std::int64_t turn = 0;  ///< the key with the most is next
        TimePoint out_until = TimePoint::min();
        TimePoint spared_until = TimePoint::min();
        int rests = 0;  ///< in a row, without a calm minute between them
        bool denied = false;
    };
    std::vector<Key> keys_;
};

}  // namespace breakwater
