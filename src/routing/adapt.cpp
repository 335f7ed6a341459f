#include "breakwater/routing/adapt.hpp"

#include <algorithm>
#include <array>

#include "adapt_steps.hpp"

namespace breakwater {
namespace {

using Step = Result<void> (*)(const AdaptScope&);
constexpr std::array<Step, 4> kSteps{adapt_features, adapt_media, adapt_reasoning, adapt_parameters};

/// What the model does when the request says nothing about reasoning, and when it says no.
struct Habit {
    bool by_default;
    bool always;
};

Habit habit_of(const Capabilities& capabilities) noexcept {
    if (capabilities.feature(Feature::reasoning) != Support::native) return {.by_default = false, .always = false};
    const Support off = capabilities.feature(Feature::reasoning_off);
    const auto& levels = capabilities.rule(Parameter::reasoning_effort).values;
    // Where nothing is stated, a list of levels that has no `none` says that the model always reasons.
    const bool no_way_out =
        !levels.empty() && std::ranges::find(levels, to_string(ReasoningEffort::none)) == levels.end();
    const bool always = off == Support::absent || (off == Support::unknown && no_way_out);
    return {.by_default = always || capabilities.feature(Feature::reasoning_default) == Support::native,
            .always = always};
}

}  // namespace

Result<void> AdaptPolicy::refuse(std::string field, std::string_view why) {
    std::string message = field + ": " + std::string(why) + ".";
    return fail(ErrorKind::unsupported_parameter, std::move(message), std::move(field));
}

Result<void> AdaptPolicy::change(std::string field, AdaptAction action, std::string_view why) {
    if (mode_ == config::AdaptMode::strict) return refuse(std::move(field), why);
    done_.add(std::move(field), action);
    return {};
}

Result<void> AdaptPolicy::change_essential(std::string field, AdaptAction action, std::string_view why) {
    if (mode_ != config::AdaptMode::drop) return refuse(std::move(field), why);
    done_.add(std::move(field), action);
    return {};
}

Result<void> adapt_request(BentRequest& request, const Capabilities& capabilities, const ModelFacts& facts,
                           config::AdaptMode mode, Adaptations& done) {
    AdaptPolicy policy(mode, done);
    const AdaptScope scope{.bent = request, .capabilities = capabilities, .facts = facts, .policy = policy};
    for (const Step step : kSteps) {
        if (auto adapted = step(scope); !adapted) return adapted;
    }
    return {};
}

bool reasons(const ChatRequest& request, const Capabilities& capabilities) noexcept {
    if (!capabilities.supports(Feature::reasoning)) return false;
    const Habit habit = habit_of(capabilities);
    if (habit.always) return true;
    const Reasoning& asked = request.reasoning;
    // The provider's own object wins over an effort. Whatever it holds, it asks for reasoning unless it says disabled.
    if (!asked.native.empty()) return asked.native.find("\"disabled\"") == std::string::npos;
    if (asked.effort) return *asked.effort != ReasoningEffort::none;
    return habit.by_default || asked.budget_tokens.value_or(0) > 0;
}

}  // namespace breakwater
