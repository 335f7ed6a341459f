#include "traits.hpp"

#include <array>
#include <span>
#include <string_view>

#include "breakwater/base/strings.hpp"

namespace breakwater::google {

namespace {

bool names_any(std::string_view model, std::span<const std::string_view> words) {
    for (const std::string_view word : words) {
        if (icontains(model, word)) return true;
    }
    return false;
}

constexpr std::array<std::string_view, 4> kSchemaOnly{"gemini-1", "gemini-2.0", "gemma", "learnlm"};
constexpr std::array<std::string_view, 1> kBudgets{"gemini-2"};

}  // namespace

Generation generation_of(const Deployment& deployment) {
    if (names_any(deployment.model, kSchemaOnly)) return Generation::schema_only;
    const Support effort = deployment.capabilities.rule(Parameter::reasoning_effort).support;
    const Support budget = deployment.capabilities.rule(Parameter::reasoning_budget).support;
    if (effort == Support::native) return Generation::levels;
    if (budget == Support::native) return Generation::budgets;
    return names_any(deployment.model, kBudgets) ? Generation::budgets : Generation::levels;
}

}  // namespace breakwater::google
