#include "adapt_steps.hpp"
#include "parameter_values.hpp"

namespace breakwater {
namespace {

constexpr std::string_view kEffort = "reasoning_effort";
constexpr std::string_view kThinking = "thinking";

/// A model that cannot reason answers all the same, so the wish is dropped and not refused.
Result<void> drop_reasoning(const AdaptScope& scope) {
    const Reasoning& reasoning = scope.request().reasoning;
    static constexpr std::string_view kWhy = "the model does not reason";
    // Asking such a model not to reason asks for what it does anyway.
    if (reasoning.effort && *reasoning.effort != ReasoningEffort::none) {
        if (auto allowed = scope.policy.change(std::string(kEffort), AdaptAction::dropped, kWhy); !allowed) {
            return allowed;
        }
    }
    if (reasoning.budget_tokens || !reasoning.native.empty()) {
        if (auto allowed = scope.policy.change(std::string(kThinking), AdaptAction::dropped, kWhy); !allowed) {
            return allowed;
        }
    }
    if (reasoning.effort || reasoning.budget_tokens || !reasoning.native.empty())
        scope.edit_parameters().reasoning = {};
    return {};
}

/// The effort that the model gets: the wanted one, or the nearest it has. Low is a level of every model that has
/// levels.
ReasoningEffort supported_effort(ReasoningEffort wanted, const Capabilities& capabilities) noexcept {
    const auto& levels = capabilities.rule(Parameter::reasoning_effort).values;
    const bool stays_on = wanted == ReasoningEffort::none && !capabilities.supports(Feature::reasoning_off);
    if (!stays_on) return levels.empty() ? wanted : nearest_effort(wanted, levels).value_or(wanted);
    // Minimal is next to none, and as a wish it never yields none.
    return nearest_effort(ReasoningEffort::minimal, levels).value_or(ReasoningEffort::low);
}

}  // namespace

Result<void> adapt_reasoning(const AdaptScope& scope) {
    if (!scope.capabilities.supports(Feature::reasoning)) return drop_reasoning(scope);
    const auto& effort = scope.request().reasoning.effort;
    if (!effort) return {};
    if (scope.capabilities.rule(Parameter::reasoning_effort).support == Support::absent) {
        auto allowed =
            scope.policy.change(std::string(kEffort), AdaptAction::dropped, "how hard the model reasons cannot be set");
        if (allowed) scope.edit_parameters().reasoning.effort.reset();
        return allowed;
    }
    const ReasoningEffort supported = supported_effort(*effort, scope.capabilities);
    if (supported == *effort) return {};
    auto allowed = scope.policy.change(std::string(kEffort), AdaptAction::mapped,
                                       "the model does not have this level of reasoning");
    if (allowed) scope.edit_parameters().reasoning.effort = supported;
    return allowed;
}

}  // namespace breakwater
