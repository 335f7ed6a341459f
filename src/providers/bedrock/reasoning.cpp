#include "reasoning.hpp"

namespace breakwater::bedrock {

namespace {

// Budgets up to these count as the effort, as they do where Claude models have efforts instead of budgets.
constexpr std::int64_t kLowBudget = 2048;
constexpr std::int64_t kMediumBudget = 8192;

/// What is asked for in any of the ways that clients have, as an effort.
std::optional<ReasoningEffort> asked_effort(const Reasoning& reasoning) {
    if (reasoning.native.find("\"disabled\"") != std::string::npos) return ReasoningEffort::none;
    if (reasoning.effort) return reasoning.effort;
    if (reasoning.budget_tokens) {
        if (*reasoning.budget_tokens <= kLowBudget) return ReasoningEffort::low;
        return *reasoning.budget_tokens <= kMediumBudget ? ReasoningEffort::medium : ReasoningEffort::high;
    }
    if (!reasoning.native.empty()) return ReasoningEffort::high;
    return std::nullopt;
}

class Planner {
public:
    Planner(const ChatRequest& request, EncodeNotes& notes) : request_(request), notes_(notes) {}

    ReasoningPlan plan(Family family) {
        const auto effort = asked_effort(request_.reasoning);
        if (!effort) return {};
        const bool exact = request_.reasoning.effort == *effort && request_.reasoning.native.empty();
        const std::string_view level = *effort <= ReasoningEffort::low      ? "low"
                                       : *effort == ReasoningEffort::medium ? "medium"
                                                                            : "high";
        switch (family) {
            case Family::gpt_oss:
                if (*effort == ReasoningEffort::none) return dropped();  // it always reasons
                return said("reasoning_effort", quoted(level), exact && level == to_string(*effort));
            case Family::qwen:
                if (*effort == ReasoningEffort::none) return {};  // it reasons only when asked
                return said("reasoning_config", quoted(level == "high" ? "high" : "low"),
                            exact && level != "medium" && level == to_string(*effort));
            case Family::nova_2:
                if (*effort == ReasoningEffort::none) return said("reasoningConfig", R"({"type":"disabled"})", true);
                return nova(level, exact && level == to_string(*effort));
            case Family::claude:
            case Family::nova:
            case Family::llama:
            case Family::mistral:
            case Family::writer:
            case Family::other:
                break;
        }
        return *effort == ReasoningEffort::none ? ReasoningPlan{} : dropped();
    }

private:
    static std::string quoted(std::string_view word) { return "\"" + std::string(word) + "\""; }

    ReasoningPlan dropped() {
        notes_.change("reasoning_effort", AdaptAction::dropped);
        return {};
    }

    ReasoningPlan said(std::string key, std::string value, bool exact) {
        if (!exact) notes_.record("reasoning_effort", AdaptAction::mapped);
        return {.claude = {}, .key = std::move(key), .value = std::move(value)};
    }

    // At its highest effort the model takes no token limit, and the client's limit is about money: it goes one lower.
    ReasoningPlan nova(std::string_view level, bool exact) {
        const bool lowered = level == "high" && request_.max_tokens.has_value();
        const std::string_view sent = lowered ? "medium" : level;
        ReasoningPlan plan = said("reasoningConfig", R"({"type":"enabled","maxReasoningEffort":)" + quoted(sent) + "}",
                                  exact && !lowered);
        plan.plain_only = sent == "high";
        return plan;
    }

    const ChatRequest& request_;
    EncodeNotes& notes_;
};

}  // namespace

ReasoningPlan plan_reasoning(const ChatRequest& request, const Deployment& deployment, Family family,
                             bool loop_without_reasoning, EncodeNotes& notes) {
    if (family != Family::claude) return Planner(request, notes).plan(family);
    return {.claude = plan_thinking(request, deployment, loop_without_reasoning, notes)};
}

}  // namespace breakwater::bedrock
