#pragma once

#include <cstdint>
#include <string>

namespace breakwater {

/// xoshiro256**: fast, seedable, good enough for jitter, ids that need no secrecy, and simulated latency. Not for keys.
/// One per worker; not thread-safe.
class Rng {
public:
    explicit Rng(std::uint64_t seed) noexcept;
    std::uint64_t next() noexcept;
    /// Uniform in [0, 1).
    double uniform() noexcept;
    /// Uniform in [0, bound); bound > 0.
    std::uint64_t below(std::uint64_t bound) noexcept;
    /// Standard normal deviate (Box-Muller).
    double normal() noexcept;
    /// `length` characters of [0-9A-Za-z].
    std::string base62(std::size_t length);
    void append_base62(std::string& out, std::size_t length);

private:
    std::uint64_t state_[4];
};

/// FNV-1a, for stable hashes that are written down or compared between processes. Goes on from `hash`, so that the hash
/// of a text can be had piece by piece.
std::uint64_t fnv1a(std::string_view text, std::uint64_t hash = 0xcbf29ce484222325u) noexcept;

}  // namespace breakwater
