#pragma once

#include "breakwater/routing/candidate_choice.hpp"

namespace breakwater {

/// Fills in the terms and scores of `kept` and sorts it, the first to be asked in front.
void put_in_order(std::vector<KeptCandidate>& kept, const ChoiceTerms& terms, Rng& rng);

}  // namespace breakwater
