#include "thinking.hpp"

#include <algorithm>
#include <string>

#include "breakwater/base/strings.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::google {

namespace {

constexpr std::int64_t kMinimalBudget = 512;    // where the model states no minimum of its own
constexpr std::int64_t kLargestBudget = 24576;  // of every model of that generation
constexpr std::int64_t kDynamic = -1;           // the model decides
constexpr std::int64_t kVisibleMin = 256;       // what thinking must leave for the answer
constexpr std::int64_t kVisibleMax = 8192;

/// What an effort is in tokens. The vendor's own OpenAI layer uses the same numbers for low, medium and high.
std::int64_t budget_for(ReasoningEffort effort, const ParameterRule& rule) {
    switch (effort) {
        case ReasoningEffort::none:
            return 0;
        case ReasoningEffort::minimal:
            return rule.min.value_or(0) > 0 ? static_cast<std::int64_t>(*rule.min) : kMinimalBudget;
        case ReasoningEffort::low:
            return 1024;
        case ReasoningEffort::medium:
            return 8192;
        case ReasoningEffort::high:
            return kLargestBudget;
        case ReasoningEffort::xhigh:
        case ReasoningEffort::max:
            return static_cast<std::int64_t>(rule.max.value_or(static_cast<double>(kLargestBudget)));
    }
    return 0;
}

ReasoningEffort effort_for(std::int64_t budget) {
    if (budget <= kMinimalBudget) return ReasoningEffort::minimal;
    if (budget <= 2048) return ReasoningEffort::low;
    return budget <= 8192 ? ReasoningEffort::medium : ReasoningEffort::high;
}

/// The model's level for an effort. Of a model that states none, low and high are sure to exist.
std::string_view level_for(ReasoningEffort effort, const ParameterRule& rule) {
    const auto known = [&](std::string_view level) {
        return rule.values.empty() ? level == "low" || level == "high"
                                   : std::ranges::find(rule.values, level) != rule.values.end();
    };
    switch (effort) {
        case ReasoningEffort::none:
        case ReasoningEffort::minimal:
            return known("minimal") ? "MINIMAL" : "LOW";
        case ReasoningEffort::low:
            return known("low") ? "LOW" : "MINIMAL";
        case ReasoningEffort::medium:
            return known("medium") ? "MEDIUM" : "HIGH";
        case ReasoningEffort::high:
        case ReasoningEffort::xhigh:
        case ReasoningEffort::max:
            return "HIGH";
    }
    return "HIGH";
}

class Planner {
public:
    Planner(const ChatRequest& request, const Deployment& deployment, EncodeNotes& notes)
        : request_(request), deployment_(deployment), notes_(notes) {}

    Thinking plan(Generation generation) {
        const Reasoning& reasoning = request_.reasoning;
        std::optional<std::int64_t> budget = reasoning.budget_tokens;
        if (!reasoning.native.empty()) {
            field_ = "thinking";
            read_thinking(budget);
        } else if (budget) {
            field_ = "reasoning_budget";
        }
        if (!budget && !reasoning.effort) return {.include_thoughts = thinks(generation) && shown(false)};
        if (!thinks(generation)) {
            const bool asks = budget.value_or(1) != 0 && reasoning.effort != ReasoningEffort::none;
            if (asks) notes_.change(field_, AdaptAction::dropped);
            return {};
        }
        if (generation == Generation::levels) return by_level(budget);
        return by_budget(budget);
    }

private:
    [[nodiscard]] bool thinks(Generation generation) const {
        return generation != Generation::schema_only && deployment_.capabilities.supports(Feature::reasoning);
    }

    // Whoever asks for thinking wants to read it, unless it says otherwise.
    [[nodiscard]] bool shown(bool unsaid) const { return request_.reasoning.shown.value_or(unsaid); }

    // Another vendor's object: {"type": "enabled", "budget_tokens": 1024}. Without a budget the model decides.
    void read_thinking(std::optional<std::int64_t>& budget) const {
        JsonReader reader;
        const Result<JsonReader::Element> object = reader.parse(request_.reasoning.native);
        if (!object) return;
        const std::string_view type = get_string(*object, "type").value_or("");
        if (type == "disabled") budget = 0;
        if (!budget && !request_.reasoning.effort && (type == "enabled" || type == "adaptive")) budget = kDynamic;
    }

    Thinking by_level(std::optional<std::int64_t> budget) {
        const ParameterRule& rule = deployment_.capabilities.rule(Parameter::reasoning_effort);
        if (budget == kDynamic) return {.include_thoughts = shown(true)};
        const ReasoningEffort effort = budget ? effort_for(*budget) : *request_.reasoning.effort;
        const std::string_view level = level_for(effort, rule);
        // A level cannot be off: no thoughts are shown then, but there are some.
        const bool off = budget == 0 || effort == ReasoningEffort::none;
        const bool exact = !budget && !off && to_lower(level) == to_string(effort);
        if (off || (!exact && !budget)) {
            notes_.change(field_, AdaptAction::mapped);
        } else if (!exact) {
            notes_.record(field_, AdaptAction::mapped);
        }
        return {.level = level, .include_thoughts = !off && shown(true)};
    }

    Thinking by_budget(std::optional<std::int64_t> asked) {
        const ParameterRule& rule = deployment_.capabilities.rule(Parameter::reasoning_budget);
        if (asked == kDynamic) return {.budget = kDynamic, .include_thoughts = shown(true)};
        const std::int64_t wanted = asked ? *asked : budget_for(*request_.reasoning.effort, rule);
        const bool off = wanted == 0 && deployment_.capabilities.supports(Feature::reasoning_off);
        std::int64_t budget = off ? 0 : fit(wanted, rule);
        if (asked ? budget != *asked : budget != wanted) {
            notes_.change(field_, AdaptAction::clamped);
        } else if (!asked && !off) {
            notes_.record(field_, AdaptAction::mapped);
        }
        return {.budget = budget, .include_thoughts = wanted != 0 && shown(true)};
    }

    // The limit of tokens counts thoughts too, here as in the client's dialect: it stands, and the budget makes room.
    [[nodiscard]] std::int64_t fit(std::int64_t budget, const ParameterRule& rule) const {
        if (request_.max_tokens) {
            const std::int64_t limit = *request_.max_tokens;
            budget = std::min(budget, limit - std::clamp(limit / 4, kVisibleMin, kVisibleMax));
        }
        const auto most = static_cast<std::int64_t>(rule.max.value_or(static_cast<double>(kLargestBudget)));
        const auto least = std::max<std::int64_t>(1, static_cast<std::int64_t>(rule.min.value_or(1)));
        return std::max(std::min(budget, most), least);
    }

    const ChatRequest& request_;
    const Deployment& deployment_;
    EncodeNotes& notes_;
    std::string field_ = "reasoning_effort";
};

}  // namespace

Thinking plan_thinking(const ChatRequest& request, const GoogleMembers& members, const Deployment& deployment,
                       Generation generation, EncodeNotes& notes) {
    if (!members.thinking_config.empty()) return {.native = members.thinking_config};
    return Planner(request, deployment, notes).plan(generation);
}

void write_thinking(JsonWriter& writer, const Thinking& thinking) {
    if (!thinking.native.empty()) {
        writer.raw_field("thinkingConfig", thinking.native);
        return;
    }
    if (thinking.level.empty() && !thinking.budget && !thinking.include_thoughts) return;
    writer.key("thinkingConfig").begin_object();
    if (!thinking.level.empty()) writer.field("thinkingLevel", thinking.level);
    if (thinking.budget) writer.field("thinkingBudget", *thinking.budget);
    if (thinking.include_thoughts) writer.field("includeThoughts", true);
    writer.end_object();
}

}  // namespace breakwater::google
