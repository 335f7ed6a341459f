#include "route_decision.hpp"

#include <algorithm>
#include <cmath>
#include <ranges>

#include "milliseconds.hpp"

namespace breakwater {

namespace {

using config::Objective;

/// To three digits behind the point: more is noise, and hard to read.
double rounded(double value) {
    return std::round(value * 1e3) / 1e3;
}

void write_milliseconds(JsonWriter& json, JsonKey name, const std::optional<Duration>& span) {
    if (!span) return;
    json.key(name).raw(kMillisecondsMax, [&](char* at) { return put_milliseconds(at, *span); });
}

void write_number(JsonWriter& json, JsonKey name, const std::optional<double>& value) {
    if (value) json.field(name, rounded(*value));
}

void write_prefer(JsonWriter& json, const config::Preference& prefer) {
    if (prefer.objective != Objective::mix) {
        json.field("prefer", to_string(prefer.objective));
        return;
    }
    json.key("prefer").begin_object();
    if (prefer.cost > 0) json.field("cost", prefer.cost);
    if (prefer.latency > 0) json.field("latency", prefer.latency);
    if (prefer.quality > 0) json.field("quality", prefer.quality);
    json.end_object();
}

void write_live(JsonWriter& json, const LiveFigures& live) {
    json.field("available", live.available).field("in_flight", static_cast<std::int64_t>(live.in_flight));
    if (live.ramp < 1) json.field("ramp", rounded(live.ramp));
    if (live.error_share > 0) json.field("error_share", rounded(live.error_share));
    write_number(json, "cached_share", live.cached_share);
    write_milliseconds(json, "first_token_p50_ms", live.first_token_p50);
    write_milliseconds(json, "first_token_p95_ms", live.first_token_p95);
    write_milliseconds(json, "gap_p95_ms", live.gap_p95);
    write_number(json, "tokens_per_second", live.tokens_per_second);
}

void write_removed(JsonWriter& json, const RemovedCandidate& removed) {
    json.begin_object().field("deployment", removed.deployment->name).key("unmet").begin_array();
    for (const Unmet& unmet : removed.unmet | std::views::take(RouteDecision::kUnmetMax)) {
        json.begin_object()
            .field("constraint", std::string_view(unmet.constraint).substr(0, RouteDecision::kWordsMax))
            .field("why", std::string_view(unmet.why).substr(0, RouteDecision::kWordsMax))
            .end_object();
    }
    json.end_array().end_object();
}

}  // namespace

RouteDecision make_decision(CandidateChoice choice, const ChoiceTerms& terms, bool alternatives) {
    RouteDecision decision{.prefer = terms.prefer, .needs = terms.needs, .choice = std::move(choice)};
    CandidateChoice& shown = decision.choice;
    decision.kept = shown.kept.size();
    decision.removed = shown.removed.size();
    decision.alternatives = alternatives;
    shown.kept.resize(std::min(shown.kept.size(), RouteDecision::kShownMax));
    shown.removed.resize(std::min(shown.removed.size(), RouteDecision::kShownMax));
    return decision;
}

std::string decision_header(const RouteDecision& decision) {
    const CandidateChoice& choice = decision.choice;
    std::string text = "prefer=" + std::string(to_string(decision.prefer.objective));
    if (choice.kept.empty()) {
        const RemovedCandidate* const nearest = nearest_of(choice);
        if (nearest != nullptr) text += "; nearest=" + nearest->deployment->name;
    } else {
        text += "; chosen=" + choice.kept.front().deployment->name + "; why=";
        text += to_string(choice.reason.pick);
        if (choice.reason.affinity != Affinity::none)
            text.append("; affinity=").append(to_string(choice.reason.affinity));
    }
    return text +
           "; candidates=" + std::to_string(decision.alternatives ? decision.kept : std::min(decision.kept, 1uz)) +
           "; removed=" + std::to_string(decision.removed);
}

void write_estimate(JsonWriter& json, const RequestNeeds& needs) {
    json.key("prompt_tokens")
        .begin_object()
        .field("low", needs.prompt.low)
        .field("likely", needs.prompt.likely)
        .field("high", needs.prompt.high)
        .end_object();
    json.field("output_tokens", needs.expected_output);
}

void write_terms(JsonWriter& json, const KeptCandidate& kept) {
    json.field("score", rounded(kept.score));
    if (kept.weight != 1) json.field("weight", kept.weight);
    if (kept.cost) json.field("cost_usd", *kept.cost);
    write_number(json, "seconds", kept.seconds);
    write_number(json, "quality", kept.quality);
    write_live(json, kept.live);
}

void write_decision(JsonWriter& json, const RouteDecision& decision) {
    const CandidateChoice& choice = decision.choice;
    const OrderReason& reason = choice.reason;
    json.begin_object();
    write_prefer(json, decision.prefer);
    write_estimate(json, decision.needs);
    if (!choice.kept.empty()) {
        json.field("why", to_string(reason.pick)).field("near_equals", static_cast<std::int64_t>(reason.near_equals));
    } else if (const RemovedCandidate* const nearest = nearest_of(choice)) {
        json.field("nearest", nearest->deployment->name);
    }
    if (reason.affinity != Affinity::none) {
        json.key("affinity").begin_object().field("outcome", to_string(reason.affinity));
        json.field("own", reason.own->name).end_object();
    }
    if (choice.reasoning_given_up) json.field("given_up", "reasoning");
    if (!decision.alternatives) json.field("alternatives", false);
    json.field("kept_count", static_cast<std::int64_t>(decision.kept)).key("kept").begin_array();
    for (const KeptCandidate& kept : choice.kept) {
        json.begin_object().field("deployment", kept.deployment->name);
        write_terms(json, kept);
        json.end_object();
    }
    json.end_array().field("removed_count", static_cast<std::int64_t>(decision.removed)).key("removed").begin_array();
    for (const RemovedCandidate& removed : choice.removed) write_removed(json, removed);
    json.end_array().end_object();
}

}  // namespace breakwater
