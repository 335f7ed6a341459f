#include "inference.hpp"

#include <algorithm>
#include <optional>

#include "breakwater/base/strings.hpp"

namespace breakwater::bedrock {

namespace {

struct Inference {
    std::optional<std::int64_t> max_tokens{};
    std::optional<double> temperature{};
    std::optional<double> top_p{};
    std::vector<std::string_view> stop{};

    [[nodiscard]] bool empty() const noexcept { return !max_tokens && !temperature && !top_p && stop.empty(); }
};

std::optional<double> clamped(std::optional<double> value, const char* field, EncodeNotes& notes) {
    if (!value) return value;
    const double allowed = std::clamp(*value, 0.0, 1.0);
    if (allowed != *value) notes.change(field, AdaptAction::clamped);
    return allowed;
}

// Without the client's limit the model's own holds, which the API knows; a budget to think with needs one above it.
std::optional<std::int64_t> token_limit(const ChatRequest& request, const RequestPlan& plan) {
    if (plan.family != Family::claude) return request.max_tokens;
    if (!request.max_tokens && !plan.reasoning.claude.by_budget) return std::nullopt;
    return plan.reasoning.claude.max_tokens;
}

void sampling(Inference& inference, const ChatRequest& request, const RequestPlan& plan, EncodeNotes& notes) {
    const Sampling& asked = request.sampling;
    if (plan.reasoning.claude.on || plan.reasoning.plain_only) {
        const bool plain = plan.reasoning.claude.on && asked.temperature == 1.0;  // is what it does anyway
        if (asked.temperature && !plain) notes.change("temperature", AdaptAction::dropped);
        if (asked.top_p) notes.change("top_p", AdaptAction::dropped);
        return;
    }
    inference.temperature = clamped(asked.temperature, "temperature", notes);
    // Claude models refuse both together; the older ones, which do not, lose little.
    if (asked.top_p && asked.temperature && plan.family == Family::claude)
        notes.change("top_p", AdaptAction::dropped);
    else
        inference.top_p = clamped(asked.top_p, "top_p", notes);
}

void stop_sequences(Inference& inference, const ChatRequest& request, const RequestPlan& plan, EncodeNotes& notes) {
    for (const std::string& sequence : request.sampling.stop) {
        // Empty ones are refused, and by Claude models those of white space too.
        const bool blank = sequence.empty() || (plan.family == Family::claude && trim(sequence).empty());
        if (!blank) inference.stop.push_back(sequence);
    }
    if (inference.stop.size() < request.sampling.stop.size()) notes.change("stop", AdaptAction::dropped);
}

void note_missing_knobs(const Sampling& sampling, EncodeNotes& notes) {
    if (sampling.frequency_penalty.value_or(0) != 0) notes.change("frequency_penalty", AdaptAction::dropped);
    if (sampling.presence_penalty.value_or(0) != 0) notes.change("presence_penalty", AdaptAction::dropped);
    if (sampling.seed) notes.change("seed", AdaptAction::dropped);
    if (!sampling.logit_bias.empty() && sampling.logit_bias != "{}") notes.change("logit_bias", AdaptAction::dropped);
}

}  // namespace

void write_inference(JsonWriter& writer, const ChatRequest& request, const RequestPlan& plan, EncodeNotes& notes) {
    Inference inference{.max_tokens = token_limit(request, plan)};
    sampling(inference, request, plan, notes);
    stop_sequences(inference, request, plan, notes);
    note_missing_knobs(request.sampling, notes);
    if (inference.empty()) return;
    writer.key("inferenceConfig").begin_object();
    if (inference.max_tokens) writer.field("maxTokens", *inference.max_tokens);
    if (inference.temperature) writer.field("temperature", *inference.temperature);
    if (inference.top_p) writer.field("topP", *inference.top_p);
    if (!inference.stop.empty()) {
        writer.key("stopSequences").begin_array();
        for (const std::string_view sequence : inference.stop) writer.string(sequence);
        writer.end_array();
    }
    writer.end_object();
}

}  // namespace breakwater::bedrock
