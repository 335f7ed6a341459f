#pragma once

#include <cstdint>
#include <optional>

namespace breakwater {

/// Token counts of one answer, in classes that do not overlap on the input side. Unknown is nullopt, never 0 (C8).
/// Invariants after `normalise()`: reasoning <= output, cache_write_1h <= cache_write, and every count is >= 0. A
/// value.
struct Usage {
    std::optional<std::int64_t> input_uncached{};  ///< prompt tokens that were neither read from nor written to a cache
    std::optional<std::int64_t> cache_read{};
    std::optional<std::int64_t> cache_write{};     ///< all lifetimes together
    std::optional<std::int64_t> cache_write_1h{};  ///< of `cache_write`, what is kept for an hour, which costs more
    std::optional<std::int64_t> output{};          ///< all generated tokens, reasoning included
    std::optional<std::int64_t> reasoning{};
    std::optional<std::int64_t> input_audio{};
    std::optional<std::int64_t> input_image{};
    std::optional<std::int64_t> output_audio{};
    std::optional<std::int64_t> accepted_prediction{};
    std::optional<std::int64_t> rejected_prediction{};
    bool estimated = false;  ///< the gateway counted, not the provider

    /// input_uncached + cache_read + cache_write; unknown when none is known.
    [[nodiscard]] std::optional<std::int64_t> prompt_total() const noexcept;
    /// prompt_total + output; unknown unless both are known.
    [[nodiscard]] std::optional<std::int64_t> total() const noexcept;
    /// Clamps what contradicts itself: negative counts to 0, reasoning to output, cache_write_1h to cache_write.
    void normalise() noexcept;
    /// Later, non-empty counts overwrite earlier ones: providers report running totals.
    void merge(const Usage& later) noexcept;
    /// What another call used as well. A count that only one of the two has stands for both.
    void add(const Usage& other) noexcept;
    friend bool operator==(const Usage&, const Usage&) = default;
};

}  // namespace breakwater
