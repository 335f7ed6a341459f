#include "breakwater/routing/candidate_choice.hpp"

#include <algorithm>

#include "candidate_order.hpp"

namespace breakwater {
namespace {

constexpr std::size_t kShownMax = 8;  ///< candidates in a message

bool has(const std::vector<KeptCandidate>& kept, const Deployment* deployment) {
    return std::ranges::find(kept, deployment, &KeptCandidate::deployment) != kept.end();
}

RemovedCandidate* find(std::vector<RemovedCandidate>& removed, const Deployment* deployment) {
    const auto found = std::ranges::find(removed, deployment, &RemovedCandidate::deployment);
    return found == removed.end() ? nullptr : &*found;
}

/// Two routes may lead to one deployment: it is kept if one of them allows it.
CandidateChoice judge(std::span<const Candidate> candidates, const ChoiceTerms& terms, const RequestNeeds& needs,
                      const LiveKnowledge& knowledge, TimePoint now) {
    CandidateChoice choice;
    const SizeClass size = size_class(needs.prompt.likely);
    for (const Candidate& candidate : candidates) {
        const Deployment& deployment = *candidate.deployment;
        if (has(choice.kept, &deployment)) continue;
        const LiveFigures live = knowledge.figures(deployment, size, now);
        std::vector<Unmet> unmet;
        check_needs(deployment, needs, terms.capabilities, unmet);
        if (candidate.constraints != nullptr) check_constraints(deployment, *candidate.constraints, needs, live, unmet);
        check_constraints(deployment, terms.constraints, needs, live, unmet);
        RemovedCandidate* earlier = find(choice.removed, &deployment);
        if (unmet.empty()) {
            choice.kept.push_back({.deployment = &deployment, .weight = candidate.weight, .live = live});
            if (earlier != nullptr) choice.removed.erase(choice.removed.begin() + (earlier - choice.removed.data()));
        } else if (earlier == nullptr) {
            choice.removed.push_back({&deployment, std::move(unmet)});
        }
    }
    return choice;
}

void append_reasons(std::string& text, const RemovedCandidate& removed) {
    text += removed.deployment->name + ": ";
    for (std::size_t i = 0; i < removed.unmet.size(); ++i) {
        if (i > 0) text += ", ";
        text += removed.unmet[i].constraint + " (" + removed.unmet[i].why + ")";
    }
}

}  // namespace

std::string_view to_string(Pick pick) noexcept {
    switch (pick) {
        case Pick::listed:
            return "listed";
        case Pick::best:
            return "best";
        case Pick::weighted:
            return "weighted";
        case Pick::less_busy:
            return "less_busy";
        case Pick::unmeasured:
            return "unmeasured";
        case Pick::conversation:
            return "conversation";
        case Pick::named:
            return "named";
        case Pick::available:
            return "available";
    }
    return "listed";
}

std::string_view to_string(Affinity affinity) noexcept {
    switch (affinity) {
        case Affinity::none:
            return "none";
        case Affinity::kept:
            return "kept";
        case Affinity::unavailable:
            return "unavailable";
        case Affinity::busy:
            return "busy";
        case Affinity::slow_start:
            return "slow_start";
        case Affinity::overruled:
            return "overruled";
    }
    return "none";
}

CandidateChoice choose_candidates(std::span<const Candidate> candidates, const ChoiceTerms& terms,
                                  const LiveKnowledge& knowledge, TimePoint now, Rng& rng) {
    CandidateChoice choice = judge(candidates, terms, terms.needs, knowledge, now);
    if (choice.kept.empty() && terms.needs.needs.has(config::Need::reasoning)) {
        // A wish to reason is dropped where it cannot be met, so it must not cost the whole answer.
        RequestNeeds needs = terms.needs;
        needs.needs.set(config::Need::reasoning, false);
        choice = judge(candidates, terms, needs, knowledge, now);
        choice.reasoning_given_up = true;
    }
    if (!choice.kept.empty()) choice.reason = put_in_order(choice.kept, terms, rng);
    return choice;
}

CandidateChoice keep_all(std::span<const Candidate> candidates, const ChoiceTerms& terms,
                         const LiveKnowledge& knowledge, TimePoint now) {
    CandidateChoice choice;
    const SizeClass size = size_class(terms.needs.prompt.likely);
    for (const Candidate& candidate : candidates) {
        choice.kept.push_back({.deployment = candidate.deployment,
                               .weight = candidate.weight,
                               .live = knowledge.figures(*candidate.deployment, size, now)});
    }
    fill_terms(choice.kept, terms);
    return choice;
}

const RemovedCandidate* nearest_of(const CandidateChoice& choice) {
    const auto nearest =
        std::ranges::min_element(choice.removed, {}, [](const auto& each) { return each.unmet.size(); });
    return nearest == choice.removed.end() ? nullptr : &*nearest;
}

Error no_candidate_left(const CandidateChoice& choice) {
    const RemovedCandidate* const nearest = nearest_of(choice);
    if (nearest == nullptr) return Error(ErrorKind::constraint_unmet, "There is no candidate at all.");
    const std::vector<RemovedCandidate>& removed = choice.removed;
    std::string text = "No candidate meets the constraints. ";
    for (std::size_t i = 0; i < removed.size() && i < kShownMax; ++i) {
        if (i > 0) text += "; ";
        append_reasons(text, removed[i]);
    }
    if (removed.size() > kShownMax) text += "; and " + std::to_string(removed.size() - kShownMax) + " more";
    text += ". The nearest is " + nearest->deployment->name + ".";
    return Error(ErrorKind::constraint_unmet, std::move(text));
}

}  // namespace breakwater
