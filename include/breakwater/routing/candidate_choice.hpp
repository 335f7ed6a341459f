#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "breakwater/base/error.hpp"
#include "breakwater/base/random.hpp"
#include "breakwater/routing/constraint_check.hpp"

namespace breakwater {

/// A deployment that may answer, with what its route says of it. Borrowed from the snapshot.
struct Candidate {
    const Deployment* deployment;
    double weight = 1;                                 ///< share with the objective `weighted`
    const config::Constraints* constraints = nullptr;  ///< of the route that it comes from
};

/// What candidates are chosen by. Everything is borrowed for the call.
struct ChoiceTerms {
    const RequestNeeds& needs;
    const config::Constraints& constraints;  ///< of key and request, beside those of each candidate
    config::Preference prefer{};
    std::optional<std::uint64_t> conversation{};  ///< set: conversations keep their deployment
    std::span<const std::string> first{};         ///< names that go to the front, in this order
    bool capabilities = true;  ///< false: a deployment without what the request uses is kept, and the request bent
};

/// A candidate that is kept, and what its place in the order rests on. Unknown terms are absent.
struct KeptCandidate {
    const Deployment* deployment = nullptr;
    double weight = 1;
    LiveFigures live{};
    std::optional<double> cost{};     ///< USD expected for this request
    std::optional<double> seconds{};  ///< expected until the end of the answer
    std::optional<double> quality{};
    double score = 1;  ///< 1 is the best of the candidates; 2 is twice as bad
};

struct RemovedCandidate {
    const Deployment* deployment = nullptr;
    std::vector<Unmet> unmet{};
};

/// Why the first candidate is first.
enum class Pick : std::uint8_t {
    listed,        ///< it stands first in the list
    best,          ///< no other is nearly as good
    weighted,      ///< chance, in the shares of the weights
    less_busy,     ///< of two near equals, taken by chance, it has less work in flight
    unmeasured,    ///< its turn among the few requests that try what nobody has measured
    conversation,  ///< near equals, and the conversation stays on one of them
    named,         ///< the client named it first
    available,     ///< those before it cannot be asked now
};
std::string_view to_string(Pick pick) noexcept;

/// What became of keeping a conversation on its own deployment.
enum class Affinity : std::uint8_t {
    none,         ///< not wanted, or one candidate is clearly the best
    kept,         ///< its own deployment is first
    unavailable,  ///< another is, since its own cannot be asked now
    busy,         ///< since its own has far more work in flight than the others
    slow_start,   ///< since its own has just come back and gets its share step by step
    overruled,    ///< since the client named another first
};
std::string_view to_string(Affinity affinity) noexcept;

/// How the order came about.
struct OrderReason {
    Pick pick = Pick::listed;
    std::size_t near_equals = 1;  ///< candidates that can be asked and score within 15% of the best; 1 without scores
    Affinity affinity = Affinity::none;
    const Deployment* own = nullptr;  ///< the conversation's own deployment, with `affinity`
};

/// Who is asked, in order, and who is not and why: all that a decision trace needs.
struct CandidateChoice {
    std::vector<KeptCandidate> kept{};
    std::vector<RemovedCandidate> removed{};
    OrderReason reason{};
    bool reasoning_given_up = false;  ///< nobody can reason, so the wish to was dropped
};

/// Judges every candidate and puts the ones that are left in order. Those that are not available now come last. None
/// may be left. Pure.
CandidateChoice choose_candidates(std::span<const Candidate> candidates, const ChoiceTerms& terms,
                                  const LiveKnowledge& knowledge, TimePoint now, Rng& rng);

/// The candidates of a plain list, which are neither judged nor moved, with what a choice would know of them.
CandidateChoice keep_all(std::span<const Candidate> candidates, const ChoiceTerms& terms,
                         const LiveKnowledge& knowledge, TimePoint now);

/// The one that fails the fewest constraints; null when none was removed.
const RemovedCandidate* nearest_of(const CandidateChoice& choice);

/// For a choice that leaves nobody: constraint_unmet, whose message names what each candidate fails and which one is
/// nearest.
Error no_candidate_left(const CandidateChoice& choice);

}  // namespace breakwater
