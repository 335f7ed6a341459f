#include "decision_events.hpp"

#include <ranges>

namespace breakwater {

namespace {

void write_kept(JsonWriter& json, const KeptCandidate& kept, std::size_t place) {
    const LiveFigures& live = kept.live;
    SpanAttributes attributes(json);
    attributes.text("breakwater.deployment", kept.deployment->name)
        .count("breakwater.candidate.place", static_cast<std::int64_t>(place))
        .number("breakwater.candidate.score", kept.score)
        .number("breakwater.candidate.weight", kept.weight)
        .number_if("breakwater.candidate.cost_usd", kept.cost)
        .number_if("breakwater.candidate.seconds", kept.seconds)
        .number_if("breakwater.candidate.quality", kept.quality)
        .flag("breakwater.candidate.available", live.available)
        .count("breakwater.candidate.in_flight", live.in_flight)
        .number("breakwater.candidate.ramp", live.ramp)
        .number("breakwater.candidate.error_share", live.error_share)
        .number_if("breakwater.candidate.cached_share", live.cached_share)
        .span_if("breakwater.candidate.first_token_p50_ms", live.first_token_p50)
        .span_if("breakwater.candidate.first_token_p95_ms", live.first_token_p95)
        .span_if("breakwater.candidate.gap_p95_ms", live.gap_p95)
        .number_if("breakwater.candidate.tokens_per_second", live.tokens_per_second)
        .finish();
}

void write_removed(JsonWriter& json, const RemovedCandidate& removed) {
    const auto each = [&removed](auto member) {
        return [&removed, member](auto add) {
            for (const Unmet& unmet : removed.unmet | std::views::take(RouteDecision::kUnmetMax))
                add(std::string_view(unmet.*member).substr(0, RouteDecision::kWordsMax));
        };
    };
    SpanAttributes attributes(json);
    attributes.text("breakwater.deployment", removed.deployment->name)
        .texts("breakwater.removed.constraints", each(&Unmet::constraint))
        .texts("breakwater.removed.reasons", each(&Unmet::why))
        .finish();
}

}  // namespace

void write_decision_attributes(SpanAttributes& attributes, const RouteDecision& decision) {
    const CandidateChoice& choice = decision.choice;
    const OrderReason& reason = choice.reason;
    attributes.text("breakwater.decision", decision_header(decision))
        .text("breakwater.decision.prefer", to_string(decision.prefer.objective))
        .count("breakwater.decision.kept", static_cast<std::int64_t>(decision.kept))
        .count("breakwater.decision.removed", static_cast<std::int64_t>(decision.removed))
        .count("breakwater.decision.prompt_tokens", decision.needs.prompt.likely)
        .count("breakwater.decision.output_tokens", decision.needs.expected_output);
    if (!choice.kept.empty()) {
        attributes.text("breakwater.decision.why", to_string(reason.pick))
            .count("breakwater.decision.near_equals", static_cast<std::int64_t>(reason.near_equals));
    } else if (const RemovedCandidate* const nearest = nearest_of(choice)) {
        attributes.text("breakwater.decision.nearest", nearest->deployment->name);
    }
    if (reason.affinity != Affinity::none)
        attributes.text("breakwater.decision.affinity", to_string(reason.affinity))
            .text("breakwater.decision.own", reason.own->name);
    if (choice.reasoning_given_up) attributes.text("breakwater.decision.given_up", "reasoning");
    if (!decision.alternatives) attributes.flag("breakwater.decision.alternatives", false);
}

void write_decision_events(JsonWriter& json, const RouteDecision& decision, WallTime at) {
    std::size_t place = 0;
    for (const KeptCandidate& kept : decision.choice.kept) {
        begin_event(json, "breakwater.candidate", at);
        write_kept(json, kept, ++place);
        json.end_object();
    }
    for (const RemovedCandidate& removed : decision.choice.removed) {
        begin_event(json, "breakwater.removed", at);
        write_removed(json, removed);
        json.end_object();
    }
}

}  // namespace breakwater
