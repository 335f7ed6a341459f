#include "claude_thinking.hpp"

#include <algorithm>
#include <array>

namespace breakwater {

namespace {

constexpr std::int64_t kBudgetMin = 1024;         // the API's own minimum
constexpr std::int64_t kVisibleMin = 256;         // what thinking must leave for the answer
constexpr std::int64_t kMaxTokensDefault = 8192;  // for whole answers, and where the model's limit is unknown

std::int64_t budget_for(ReasoningEffort effort) {
    switch (effort) {
        case ReasoningEffort::none:
            return 0;
        case ReasoningEffort::minimal:
            return 1024;
        case ReasoningEffort::low:
            return 2048;
        case ReasoningEffort::medium:
            return 8192;
        case ReasoningEffort::high:
            return 16384;
        case ReasoningEffort::xhigh:
        case ReasoningEffort::max:
            return 32768;
    }
    return 0;
}

ReasoningEffort effort_for(std::int64_t budget) {
    if (budget <= 2048) return ReasoningEffort::low;
    if (budget <= 8192) return ReasoningEffort::medium;
    if (budget <= 16384) return ReasoningEffort::high;
    return ReasoningEffort::max;
}

// The model's word for an effort: the API's own words are low, medium, high, xhigh and max, and most models lack some.
std::string effort_word(ReasoningEffort effort, const std::vector<std::string>& values) {
    static constexpr std::array<std::string_view, 5> kWords{"low", "medium", "high", "xhigh", "max"};
    const auto known = [&](std::string_view word) {
        return values.empty() || std::ranges::find(values, word) != values.end();
    };
    const std::string_view asked = effort <= ReasoningEffort::low ? "low" : to_string(effort);
    if (known(asked)) return std::string(asked);
    if (asked == "xhigh" && known("max")) return "max";
    const auto at = std::ranges::find(kWords, asked);
    for (auto lower = at; lower != kWords.begin();) {
        if (known(*--lower)) return std::string(*lower);
    }
    const auto higher = std::find_if(at, kWords.end(), known);
    return std::string(higher == kWords.end() ? asked : *higher);
}

class Planner {
public:
    Planner(const ChatRequest& request, const Deployment& deployment, EncodeNotes& notes)
        : request_(request), deployment_(deployment), notes_(notes) {}

    Thinking plan(bool loop_without_reasoning) {
        choose();
        if (plan_.by_budget && loop_without_reasoning) {
            // The API wants the signed block that began the loop, and the client did not send it back.
            verdict_ = AdaptAction::dropped;
            plan_ = {.mode = Thinking::Mode::disabled};
        }
        limit();
        tell();
        return std::move(plan_);
    }

private:
    [[nodiscard]] const ParameterRule& effort_rule() const {
        return deployment_.capabilities.rule(Parameter::reasoning_effort);
    }
    [[nodiscard]] const ParameterRule& budget_rule() const {
        return deployment_.capabilities.rule(Parameter::reasoning_budget);
    }

    [[nodiscard]] bool takes_budget() const { return budget_rule().support == Support::native; }

    // Models that take both forms prefer the adaptive one, except the first generation with an effort (Opus 4.5), which
    // knows no adaptive thinking and no effort "max". A model that the catalogue does not know is taken for a new one.
    [[nodiscard]] bool takes_adaptive() const {
        if (effort_rule().support == Support::absent || effort_rule().support == Support::emulated) return false;
        return !takes_budget() || std::ranges::find(effort_rule().values, "max") != effort_rule().values.end();
    }

    void choose() {
        const Reasoning& reasoning = request_.reasoning;
        if (!reasoning.native.empty()) {
            field_ = "thinking";
            choose_native();
        } else if (reasoning.budget_tokens) {
            field_ = "reasoning_budget";
            think(effort_for(*reasoning.budget_tokens), reasoning.budget_tokens);
        } else if (reasoning.effort == ReasoningEffort::none) {
            switch_off();
        } else if (reasoning.effort) {
            think(*reasoning.effort, std::nullopt);
        }
    }

    void choose_native() {
        JsonReader reader;
        const Result<JsonReader::Element> object = reader.parse(request_.reasoning.native);
        const std::string_view type = object ? get_string(*object, "type").value_or("") : "";
        const std::optional<std::int64_t> budget = object ? get_int(*object, "budget_tokens") : std::nullopt;
        const ReasoningEffort effort = request_.reasoning.effort.value_or(ReasoningEffort::high);
        // A form that the model refuses is said in the other one.
        if (type == "enabled" && !takes_budget() && takes_adaptive())
            return think(effort_for(budget.value_or(16384)), budget);
        if (type == "adaptive" && !takes_adaptive() && takes_budget()) return think(effort, std::nullopt);

        plan_.mode = Thinking::Mode::native;
        plan_.native = request_.reasoning.native;
        plan_.on = type != "disabled";
        plan_.by_budget = type == "enabled";
        plan_.budget_tokens = budget.value_or(0);
        if (request_.reasoning.effort && plan_.on && takes_adaptive())
            plan_.effort = effort_word(effort, effort_rule().values);
    }

    void switch_off() {
        if (deployment_.capabilities.feature(Feature::reasoning) == Support::absent)
            return;  // there is nothing to switch off
        if (deployment_.capabilities.supports(Feature::reasoning_off)) {
            plan_.mode = Thinking::Mode::disabled;
        } else {
            verdict_ = AdaptAction::dropped;
        }
    }

    void think(ReasoningEffort effort, std::optional<std::int64_t> budget) {
        if (!deployment_.capabilities.supports(Feature::reasoning) || (!takes_adaptive() && !takes_budget())) {
            verdict_ = AdaptAction::dropped;
            return;
        }
        plan_.on = true;
        if (takes_adaptive()) {
            plan_.mode = Thinking::Mode::adaptive;
            plan_.effort = effort_word(effort, effort_rule().values);
            if (budget || plan_.effort != to_string(effort)) verdict_ = AdaptAction::mapped;
        } else {
            plan_.mode = Thinking::Mode::budget;
            plan_.by_budget = true;
            plan_.budget_tokens = std::max(kBudgetMin, budget.value_or(budget_for(effort)));
            if (const auto most = budget_rule().max)
                plan_.budget_tokens = std::min(plan_.budget_tokens, static_cast<std::int64_t>(*most));
            if (plan_.budget_tokens != budget) verdict_ = AdaptAction::mapped;
        }
    }

    void limit() {
        const std::optional<std::int64_t> most = deployment_.facts.max_output;
        if (request_.max_tokens) {
            plan_.max_tokens = *request_.max_tokens;
            if (most && plan_.max_tokens > *most) {
                plan_.max_tokens = *most;
                notes_.change("max_tokens", AdaptAction::clamped);
            }
        } else {
            const std::int64_t visible = request_.stream ? most.value_or(kMaxTokensDefault) : kMaxTokensDefault;
            plan_.max_tokens = visible + (plan_.by_budget ? plan_.budget_tokens : 0);
            if (most) plan_.max_tokens = std::min(plan_.max_tokens, *most);
        }
        if (plan_.mode == Thinking::Mode::budget) fit_budget();
    }

    // max_tokens counts thinking too, here as in the client's dialect, so the client's limit stands and the budget
    // makes room for an answer; where no answer would be left, there is no thinking.
    void fit_budget() {
        const std::int64_t room = plan_.max_tokens - std::clamp(plan_.max_tokens / 4, kVisibleMin, kMaxTokensDefault);
        const std::int64_t most = std::max(room, std::min(kBudgetMin, plan_.max_tokens - kVisibleMin));
        if (plan_.budget_tokens <= most) return;
        if (most < kBudgetMin) {
            verdict_ = AdaptAction::dropped;
            plan_ = {.mode = Thinking::Mode::unset, .max_tokens = plan_.max_tokens};
        } else {
            verdict_ = AdaptAction::clamped;
            plan_.budget_tokens = most;
        }
    }

    // What came of the wish in the end: a budget that was chosen first and then made smaller or given up is one change.
    void tell() {
        if (!verdict_) return;
        if (*verdict_ == AdaptAction::mapped) return notes_.record(field_, *verdict_);
        notes_.change(field_, *verdict_);
    }

    const ChatRequest& request_;
    const Deployment& deployment_;
    EncodeNotes& notes_;
    Thinking plan_;
    std::optional<AdaptAction> verdict_;
    std::string field_ = "reasoning_effort";
};

}  // namespace

Thinking plan_thinking(const ChatRequest& request, const Deployment& deployment, bool loop_without_reasoning,
                       EncodeNotes& notes) {
    return Planner(request, deployment, notes).plan(loop_without_reasoning);
}

void write_thinking(JsonWriter& writer, const Thinking& thinking) {
    switch (thinking.mode) {
        case Thinking::Mode::unset:
            return;
        case Thinking::Mode::native:
            writer.raw_field("thinking", thinking.native);
            return;
        case Thinking::Mode::disabled:
            writer.key("thinking").begin_object().field("type", "disabled").end_object();
            return;
        case Thinking::Mode::adaptive:
            // Without `display` the newest models send thinking blocks with no text.
            writer.key("thinking").begin_object().field("type", "adaptive").field("display", "summarized").end_object();
            return;
        case Thinking::Mode::budget:
            writer.key("thinking").begin_object().field("type", "enabled");
            writer.field("budget_tokens", thinking.budget_tokens).end_object();
            return;
    }
}

}  // namespace breakwater
