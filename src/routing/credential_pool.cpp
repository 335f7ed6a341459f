#include "breakwater/routing/credential_pool.hpp"

#include <algorithm>
#include <cmath>

namespace breakwater {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr seconds kRestMax{60};
constexpr std::chrono::hours kRetryAfterMax{1};
constexpr minutes kOut{10};
constexpr minutes kCalm{1};

Duration growing_rest(int rests, Rng& rng) noexcept {
    const double longest = std::min(std::ldexp(1.0, std::min(rests, 30)), static_cast<double>(kRestMax.count()));
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(longest * (1.0 - 0.25 * rng.uniform())));
}

bool is_among(CredentialPool::Without keys, std::size_t key) noexcept {
    return std::ranges::find(keys, key) != keys.end();
}

}  // namespace

std::optional<CredentialPool::Refusal> CredentialPool::refusal_of(const Error& error) noexcept {
    if (!error.upstream) return std::nullopt;
    if (error.kind == ErrorKind::rate_limited) return Refusal::limited;
    if (error.kind == ErrorKind::quota_exhausted || error.kind == ErrorKind::upstream_billing) return Refusal::spent;
    // A missing permission may be about a file or a model that the request names: see KeyPermissions.
    if (error.kind == ErrorKind::upstream_auth) return Refusal::denied;
    return std::nullopt;
}

CredentialPool::CredentialPool(std::span<const std::uint32_t> weights) {
    keys_.reserve(weights.size());
    for (const std::uint32_t weight : weights) keys_.push_back({.weight = weight});
}

// Smooth weighted rotation: each key that can be used gains its weight, the richest pays what all have gained. Weights
// 3, 1 give a a b a and not a a a b.
std::optional<std::size_t> CredentialPool::choose(TimePoint now, Without without) noexcept {
    std::optional<std::size_t> best;
    std::int64_t gained = 0;
    const bool none_left = spared(now, without) > Duration::zero();
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        if (!usable(i, now) || is_among(without, i) || (!none_left && now < keys_[i].spared_until)) continue;
        keys_[i].turn += keys_[i].weight;
        gained += keys_[i].weight;
        if (!best || keys_[i].turn > keys_[*best].turn) best = i;
    }
    if (best) keys_[*best].turn -= gained;
    return best;
}

void CredentialPool::spare(std::size_t key, TimePoint until) noexcept {
    if (key < keys_.size()) keys_[key].spared_until = until;
}

Duration CredentialPool::spared(TimePoint now, Without without) const noexcept {
    Duration soonest = Duration::max();
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        if (is_among(without, i)) continue;
        const TimePoint until = std::max(keys_[i].out_until, keys_[i].spared_until);
        soonest = std::min(soonest, until > now ? Duration(until - now) : Duration::zero());
    }
    return soonest;
}

bool CredentialPool::on_refused(std::size_t index, Refusal refusal,
                                std::optional<std::chrono::milliseconds> retry_after, TimePoint now,
                                Rng& rng) noexcept {
    if (index >= keys_.size()) return false;
    Key& key = keys_[index];
    const bool was_usable = usable(index, now);
    if (!was_usable && (key.denied || refusal == Refusal::limited)) return false;
    if (key.out_until == TimePoint::min() || now - key.out_until > kCalm) key.rests = 0;
    key.denied = refusal == Refusal::denied;
    Duration out = kOut;
    if (refusal == Refusal::limited) {
        // Bounded before it becomes finer, where an absurd one has no room.
        using std::chrono::milliseconds;
        out = retry_after ? Duration(std::clamp<milliseconds>(*retry_after, milliseconds::zero(), kRetryAfterMax))
                          : growing_rest(key.rests, rng);
        ++key.rests;
    }
    key.out_until = now + out;
    key.turn = 0;  // what it gained before it was out would make it the only one for a while after
    return true;
}

bool CredentialPool::any_usable(TimePoint now, Without without) const noexcept {
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        if (usable(i, now) && !is_among(without, i)) return true;
    }
    return false;
}

std::optional<Duration> CredentialPool::rest(TimePoint now, Without without) const noexcept {
    std::optional<Duration> soonest;
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        const Key& key = keys_[i];
        if (is_among(without, i)) continue;
        if (key.denied && now < key.out_until) continue;
        const Duration left = std::max(Duration(key.out_until - std::min(now, key.out_until)), Duration::zero());
        if (!soonest || left < *soonest) soonest = left;
    }
    return soonest;
}

}  // namespace breakwater
