#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "breakwater/routing/candidate_choice.hpp"
#include "breakwater/wire/json_writer.hpp"

namespace breakwater {

/// How the candidates of a request were chosen: what header, log and /explain say of it. Bounded; deployments are
/// borrowed from the request's snapshot.
struct RouteDecision {
    /// Candidates that are kept here, of those that stay and of those that were removed; the others are only counted.
    static constexpr std::size_t kShownMax = 32;
    static constexpr std::size_t kUnmetMax = 4;    ///< constraints that are named of one candidate
    static constexpr std::size_t kWordsMax = 200;  ///< bytes of a constraint's name or reason: it may be a client's

    config::Preference prefer{};
    RequestNeeds needs{};
    CandidateChoice choice{};
    std::size_t kept = 0;      ///< in all
    std::size_t removed = 0;   ///< in all
    bool alternatives = true;  ///< false: the client wants only the first to be asked
    /// What the choice points to and no snapshot owns, also where nobody could be chosen.
    std::shared_ptr<const void> keeps{};
};

/// Takes a choice over, and lets go of what is beyond the bound.
RouteDecision make_decision(CandidateChoice choice, const ChoiceTerms& terms, bool alternatives);

/// The value of `x-breakwater-decision`. Names come from the configuration.
std::string decision_header(const RouteDecision& decision);

/// The decision trace, as one object: every candidate that stays with what its place rests on, every other with the
/// constraints that removed it, and how the first came to be first.
void write_decision(JsonWriter& json, const RouteDecision& decision);

/// The prompt's tokens by estimate and the answer's by experience, as members of the object that is being written.
void write_estimate(JsonWriter& json, const RequestNeeds& needs);

/// What the place of a candidate rests on, as members of its object.
void write_terms(JsonWriter& json, const KeptCandidate& kept);

}  // namespace breakwater
