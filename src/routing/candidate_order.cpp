#include "candidate_order.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace breakwater {
namespace {

using config::Objective;
using Kept = std::vector<KeptCandidate>;

constexpr double kNearEqual = 1.15;    ///< scores within this of the best count as equal
constexpr double kExplored = 0.02;     ///< share of requests that try a deployment nobody has measured
constexpr double kUnknownScore = 1e6;  ///< of a term that is not known: behind all that are
constexpr double kLoadBound = 1.25;    ///< times the mean load that a conversation's own deployment may have
constexpr double kLoadAlways = 8;      ///< attempts in flight that are never too many
constexpr double kLeast = 1e-9;        ///< keeps divisions by nothing away

/// Mean of the scores that a constraint names, else of all.
std::optional<double> quality(const Deployment& deployment, const config::Constraints& constraints) {
    double sum = 0;
    double count = 0;
    for (const auto& [name, least] : constraints.min.quality) {
        if (const auto score = quality_of(deployment, name)) sum += *score, ++count;
    }
    if (count > 0) return sum / count;
    for (const auto& [name, score] : deployment.quality) sum += score, ++count;
    return count > 0 ? std::optional(sum / count) : std::nullopt;
}

/// Failed attempts are time that a client waits for nothing, so errors lengthen what is expected.
std::optional<double> seconds(const LiveFigures& live, std::int64_t output) {
    if (!live.first_token_p50) return std::nullopt;
    double sum = std::chrono::duration<double>(*live.first_token_p50).count();
    if (live.tokens_per_second && *live.tokens_per_second > 0) {
        sum += static_cast<double>(output) / *live.tokens_per_second;
    }
    return sum / std::max(0.05, 1 - live.error_share);
}

/// Stable, and without memory: there are few candidates.
template <class Key>
void sort_by(Kept& kept, Key key) {
    for (auto each = kept.begin(); each != kept.end(); ++each) {
        const auto place = std::upper_bound(
            kept.begin(), each, *each, [&](const KeptCandidate& a, const KeptCandidate& b) { return key(a) < key(b); });
        std::rotate(place, each, each + 1);
    }
}

double score_of(const KeptCandidate& each) {
    return each.score;
}

using Term = std::optional<double> KeptCandidate::*;

/// Adds `share` times how much worse than the best each one is. `larger` tells that more is better.
void add_score(Kept& kept, Term term, double share, bool larger) {
    if (share <= 0) return;
    std::optional<double> best;
    for (const KeptCandidate& each : kept) {
        const std::optional<double>& value = each.*term;
        if (value && (!best || (larger ? *value > *best : *value < *best))) best = value;
    }
    for (KeptCandidate& each : kept) {
        const std::optional<double>& value = each.*term;
        if (!best) {
            each.score += share;
        } else if (!value) {
            each.score += share * kUnknownScore;
        } else {
            const double worse = larger ? (*best + kLeast) / (*value + kLeast) : (*value + kLeast) / (*best + kLeast);
            each.score += share * std::min(worse, kUnknownScore);
        }
    }
}

void score(Kept& kept, const config::Preference& prefer) {
    for (KeptCandidate& each : kept) each.score = 0;
    const auto share = [&](Objective objective, double mixed) {
        if (prefer.objective == Objective::mix) return mixed;
        return prefer.objective == objective ? 1.0 : 0.0;
    };
    const double cost = share(Objective::cost, prefer.cost);
    const double latency = share(Objective::latency, prefer.latency);
    const double quality = share(Objective::quality, prefer.quality);
    add_score(kept, &KeptCandidate::cost, cost, false);
    add_score(kept, &KeptCandidate::seconds, latency, false);
    add_score(kept, &KeptCandidate::quality, quality, true);
    const double whole = cost + latency + quality;
    for (KeptCandidate& each : kept) each.score = whole > 0 ? each.score / whole : 1;
    sort_by(kept, score_of);
}

/// Candidates in the order of a race that each wins in the share of its weight.
void shuffle_by_weight(Kept& kept, Rng& rng) {
    for (KeptCandidate& each : kept) {
        const double weight = each.weight * each.live.ramp;
        each.score = weight > 0 ? -std::log(1 - rng.uniform()) / weight : kUnknownScore;
    }
    sort_by(kept, score_of);
}

void to_front(Kept& kept, std::size_t index) {
    const auto at = kept.begin() + static_cast<std::ptrdiff_t>(index);
    std::rotate(kept.begin(), at, at + 1);
}

bool is_near_best(const Kept& kept, std::size_t index) {
    return kept[index].score <= kept.front().score * kNearEqual;
}

std::size_t near_equals(const Kept& kept) {
    std::size_t count = 0;
    while (count < kept.size() && is_near_best(kept, count) && kept[count].live.available) ++count;
    return count;
}

double load(const LiveFigures& live) {
    return (live.in_flight + 1.0) * (std::chrono::duration<double>(live.peak_latency).count() + kLeast);
}

/// Power of two choices: of two taken by chance the one with less work in front of it. One that starts slowly is passed
/// over for as large a part of the time as it lacks to its full share.
void balance(Kept& kept, OrderReason& reason, Rng& rng) {
    const std::size_t count = reason.near_equals;
    if (count < 2) return;
    reason.pick = Pick::less_busy;
    const std::size_t one = rng.below(count);
    const std::size_t other = (one + 1 + rng.below(count - 1)) % count;
    const bool other_wins = load(kept[other].live) < load(kept[one].live);
    std::size_t chosen = other_wins ? other : one;
    if (rng.uniform() >= kept[chosen].live.ramp) chosen = other_wins ? one : other;
    to_front(kept, chosen);
}

/// A deployment without figures would never get any.
void explore(Kept& kept, OrderReason& reason, Rng& rng) {
    if (rng.uniform() >= kExplored) return;
    for (std::size_t i = 1; i < kept.size(); ++i) {
        if (kept[i].live.samples > 0 || !kept[i].live.available) continue;
        reason.pick = Pick::unmeasured;
        return to_front(kept, i);
    }
}

double uniform_of(std::uint64_t hash) {
    // FNV leaves the upper bits of short texts alike; this spreads them (the finaliser of SplitMix64).
    hash = (hash ^ hash >> 30) * 0xbf58476d1ce4e5b9u;
    hash = (hash ^ hash >> 27) * 0x94d049bb133111ebu;
    return (static_cast<double>((hash ^ hash >> 31) >> 11) + 0.5) * 0x1.0p-53;
}

/// How far in front a deployment is for a conversation; the lowest is first.
double rank(const KeptCandidate& each, std::uint64_t conversation, bool weighted) {
    const double weight = weighted ? each.weight : 1;
    if (weight <= 0) return std::numeric_limits<double>::infinity();
    const double uniform = uniform_of(conversation ^ fnv1a(each.deployment->name) * 0x9e3779b97f4a7c15u);
    return -std::log(uniform) / weight;
}

/// Why a conversation is or is not on a deployment of its own rank; `most` is the work in flight that is too much.
Affinity standing(const KeptCandidate& each, std::uint64_t conversation, double most) {
    if (!each.live.available) return Affinity::unavailable;
    if (each.live.in_flight >= most) return Affinity::busy;
    return uniform_of(conversation) >= each.live.ramp ? Affinity::slow_start : Affinity::kept;
}

/// Rendezvous hashing with bounded load: of the near equals the one that the conversation's hash ranks first and that
/// is not far busier than the others. One that leaves moves only the conversations that it had.
void stay(Kept& kept, OrderReason& reason, std::uint64_t conversation, bool weighted) {
    const std::size_t count = reason.near_equals;
    double running = 0;
    for (std::size_t i = 0; i < count; ++i) running += kept[i].live.in_flight;
    const double most = std::max(kLoadAlways, kLoadBound * (running + 1) / static_cast<double>(std::max(count, 1uz)));
    std::optional<std::size_t> best;
    double best_rank = std::numeric_limits<double>::infinity();
    double own_rank = best_rank;
    std::size_t near = 0;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        if (!is_near_best(kept, i)) continue;
        ++near;
        const double rank = breakwater::rank(kept[i], conversation, weighted);
        const Affinity standing = breakwater::standing(kept[i], conversation, most);
        if (rank < own_rank) {
            own_rank = rank;
            reason.own = kept[i].deployment;
            reason.affinity = standing;
        }
        if (standing == Affinity::kept && rank < best_rank) {
            best = i;
            best_rank = rank;
        }
    }
    if (count >= 2) {
        reason.pick = Pick::conversation;
        if (best) to_front(kept, *best);
    }
    if (near < 2) {
        reason.affinity = Affinity::none;  // there was nothing to choose by it
    } else if (kept.front().deployment == reason.own) {
        reason.affinity = Affinity::kept;
    }
}

void named_first(Kept& kept, std::span<const std::string> names) {
    if (names.empty()) return;
    sort_by(kept, [&](const KeptCandidate& each) {
        const auto names_it = [&](const std::string& name) { return is_named(*each.deployment, name); };
        return std::ranges::find_if(names, names_it) - names.begin();
    });
}

void available_first(Kept& kept) {
    sort_by(kept, [](const KeptCandidate& each) { return each.live.available ? 0 : 1; });
}

/// The same, and says so where it decides who is first.
void make_available_first(Kept& kept, OrderReason& reason) {
    const Deployment* const first = kept.front().deployment;
    available_first(kept);
    if (kept.front().deployment != first) reason.pick = Pick::available;
}

}  // namespace

void fill_terms(Kept& kept, const ChoiceTerms& terms) {
    for (KeptCandidate& each : kept) {
        each.cost = expected_cost(*each.deployment, terms.needs, terms.needs.expected_output,
                                  std::clamp(each.live.cached_share.value_or(0), 0.0, 1.0));
        each.seconds = seconds(each.live, terms.needs.expected_output);
        each.quality = quality(*each.deployment, terms.constraints);
    }
}

OrderReason put_in_order(Kept& kept, const ChoiceTerms& terms, Rng& rng) {
    fill_terms(kept, terms);
    OrderReason reason;
    const config::Preference& prefer = terms.prefer;
    const bool weighted = prefer.objective == Objective::weighted;
    if (weighted && !terms.conversation) {
        shuffle_by_weight(kept, rng);
        reason.pick = Pick::weighted;
        make_available_first(kept, reason);
    } else if (weighted || prefer.objective != Objective::order) {
        score(kept, prefer);
        reason.pick = Pick::best;
        make_available_first(kept, reason);
        reason.near_equals = near_equals(kept);
        if (terms.conversation) {
            stay(kept, reason, *terms.conversation, weighted);
        } else {
            balance(kept, reason, rng);
        }
        const bool by_latency = prefer.objective == Objective::latency || prefer.latency > 0;
        if (by_latency && !terms.conversation) explore(kept, reason, rng);
    }
    const Deployment* const chosen = kept.front().deployment;
    named_first(kept, terms.first);
    available_first(kept);
    if (kept.front().deployment != chosen) {
        reason.pick = terms.first.empty() ? Pick::available : Pick::named;
        if (reason.affinity == Affinity::kept) reason.affinity = Affinity::overruled;
    }
    return reason;
}

}  // namespace breakwater
