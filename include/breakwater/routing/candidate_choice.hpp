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

/// Who is asked, in order, and who is not and why: all that a decision trace needs.
struct CandidateChoice {
    std::vector<KeptCandidate> kept{};
    std::vector<RemovedCandidate> removed{};
};

/// Judges every candidate and puts the ones that are left in order. Those that are not available now come last. Errors:
/// constraint_unmet, whose message names what each candidate fails and which one is nearest. Pure.
Result<CandidateChoice> choose_candidates(std::span<const Candidate> candidates, const ChoiceTerms& terms,
                                          const LiveKnowledge& knowledge, TimePoint now, Rng& rng);

}  // namespace breakwater
