#pragma once

#include "breakwater/routing/candidate_choice.hpp"

namespace breakwater {

/// Fills in the cost, time and quality of `kept`, as far as they are known.
void fill_terms(std::vector<KeptCandidate>& kept, const ChoiceTerms& terms);

/// The same with the scores, and sorts `kept`, the first to be asked in front. There is at least one.
OrderReason put_in_order(std::vector<KeptCandidate>& kept, const ChoiceTerms& terms, Rng& rng);

}  // namespace breakwater
