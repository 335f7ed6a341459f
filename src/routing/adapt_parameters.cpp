#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "adapt_steps.hpp"
#include "parameter_slot.hpp"
#include "parameter_values.hpp"

namespace breakwater {
namespace {

constexpr std::string_view kNotTaken = "the model does not take it";

Result<void> change(const AdaptScope& scope, Parameter parameter, AdaptAction action, std::string_view why) {
    std::string field(field_name(scope.request(), parameter));
    const bool essential = is_essential(parameter, scope.capabilities.rule(parameter));
    return essential ? scope.policy.change_essential(std::move(field), action, why)
                     : scope.policy.change(std::move(field), action, why);
}

/// Takes the parameter out. What says no more than its absence goes without a word.
Result<void> drop(const AdaptScope& scope, Parameter parameter, std::string_view why) {
    if (!is_neutral(scope.request(), parameter)) {
        if (auto allowed = change(scope, parameter, AdaptAction::dropped, why); !allowed) return allowed;
    }
    clear(slot_of(scope.edit_parameters(), parameter));
    // Alternatives to tokens whose own probabilities are not reported make no request.
    if (parameter == Parameter::logprobs) scope.edit_parameters().top_logprobs.reset();
    return {};
}

Result<void> drop_unsupported(const AdaptScope& scope, Parameter parameter, bool reasoning) {
    const ParameterRule& rule = scope.capabilities.rule(parameter);
    if (rule.support == Support::absent) return drop(scope, parameter, kNotTaken);
    if (rule.refused_while_reasoning && reasoning) {
        return drop(scope, parameter, "the model does not take it while it reasons");
    }
    return {};
}

Result<void> drop_excluded(const AdaptScope& scope, Parameter parameter) {
    for (const std::string& name : scope.capabilities.rule(parameter).excludes) {
        const auto other = parameter_from(name);
        if (!other || *other == parameter || !is_set(scope.request(), *other)) continue;
        const std::string why =
            "the model does not take it together with " + std::string(field_name(scope.request(), parameter));
        if (auto dropped = drop(scope, *other, why); !dropped) return dropped;
    }
    return {};
}

/// How the limits of a rule read in an error.
std::string limits_text(const ParameterRule& rule) {
    const auto number = [](double value) {
        std::string text = std::to_string(value);
        text.erase(text.find_last_not_of('0') + 1);
        if (text.ends_with('.')) text.pop_back();
        return text;
    };
    if (!rule.values.empty()) {
        std::string text = "the model takes only";
        for (const std::string& value : rule.values) text += (&value == rule.values.data() ? " " : ", ") + value;
        return text;
    }
    std::string text = "the model takes";
    if (rule.min) text += " at least " + number(*rule.min);
    if (rule.min && rule.max) text += " and";
    if (rule.max) text += " at most " + number(*rule.max);
    return text;
}

/// Brings a set parameter into what its rule takes. One overload per kind of place; each looks at the request and
/// changes it only where it must.
struct Fit {
    const AdaptScope& scope;
    Parameter parameter;
    const ParameterRule& rule;

    Result<void> operator()(const std::optional<double>* value) const {
        const double fitted = nearest_number(**value, rule);
        if (fitted == **value) return {};
        auto allowed = change(scope, parameter, clamp_action(), limits_text(rule));
        if (allowed) own<std::optional<double>>() = fitted;
        return allowed;
    }
    Result<void> operator()(const std::optional<std::int64_t>* value) const {
        const double wanted = static_cast<double>(**value);
        const double fitted = nearest_number(wanted, rule);
        if (fitted == wanted) return {};
        auto allowed = change(scope, parameter, clamp_action(), limits_text(rule));
        if (allowed)
            own<std::optional<std::int64_t>>() = to_integer(fitted < wanted ? std::floor(fitted) : std::ceil(fitted));
        return allowed;
    }
    Result<void> operator()(const std::optional<bool>*) const { return {}; }
    /// adapt_reasoning has seen to it.
    Result<void> operator()(const std::optional<ReasoningEffort>*) const { return {}; }
    Result<void> operator()(const std::string* value) const {
        if (rule.values.empty() || std::ranges::find(rule.values, *value) != rule.values.end()) return {};
        const std::string_view fitted = nearest_word(*value, rule.values);
        if (fitted.empty()) return drop(scope, parameter, limits_text(rule));
        auto allowed = change(scope, parameter, AdaptAction::mapped, limits_text(rule));
        if (allowed) own<std::string>() = fitted;
        return allowed;
    }
    Result<void> operator()(const std::vector<std::string>* list) const {
        const auto unknown = [this](const std::string& word) {
            return !rule.values.empty() && std::ranges::find(rule.values, word) == rule.values.end();
        };
        if (std::ranges::any_of(*list, unknown)) {
            auto allowed = change(scope, parameter, AdaptAction::dropped, limits_text(rule));
            if (!allowed) return allowed;
            std::erase_if(own<std::vector<std::string>>(), unknown);
            list = &own<std::vector<std::string>>();
        }
        if (!rule.count_max || list->size() <= static_cast<std::size_t>(std::max<std::int64_t>(*rule.count_max, 0))) {
            return {};
        }
        auto allowed = change(scope, parameter, AdaptAction::clamped,
                              "the model takes at most " + std::to_string(*rule.count_max));
        if (allowed)
            own<std::vector<std::string>>().resize(
                static_cast<std::size_t>(std::max<std::int64_t>(*rule.count_max, 0)));
        return allowed;
    }

private:
    /// The place of the parameter in the request that may be changed.
    template <class Value>
    [[nodiscard]] Value& own() const {
        return *std::get<Value*>(slot_of(scope.edit_parameters(), parameter));
    }
    [[nodiscard]] AdaptAction clamp_action() const noexcept {
        return rule.values.empty() ? AdaptAction::clamped : AdaptAction::mapped;
    }
    /// A rule may hold any double, and a cast of one that is out of range has no defined result.
    static std::int64_t to_integer(double value) noexcept {
        if (value >= 0x1.0p63) return std::numeric_limits<std::int64_t>::max();
        if (value < -0x1.0p63) return std::numeric_limits<std::int64_t>::min();
        return static_cast<std::int64_t>(value);
    }
};

Result<void> fit(const AdaptScope& scope, Parameter parameter) {
    const ParameterRule& rule = scope.capabilities.rule(parameter);
    if (parameter != Parameter::max_tokens || !scope.facts.max_output) {
        return std::visit(Fit{scope, parameter, rule}, slot_of(scope.request(), parameter));
    }
    // The catalogue knows how much the model can write; a rule of the dialect may allow less.
    const auto longest = static_cast<double>(*scope.facts.max_output);
    const double most = rule.max ? std::min(*rule.max, longest) : longest;
    const bool fits = !rule.min && rule.values.empty() && static_cast<double>(*scope.request().max_tokens) <= most;
    if (fits) return {};
    ParameterRule limited = rule;
    limited.max = most;
    return std::visit(Fit{scope, parameter, limited}, slot_of(scope.request(), parameter));
}

/// Calls `action` with each of the parameters in `set`, a bit for each.
template <class Action>
Result<void> for_each_set(const AdaptScope& scope, std::uint32_t set, Action action) {
    for (; set != 0; set &= set - 1) {
        const auto parameter = static_cast<Parameter>(std::countr_zero(set));
        // One that was set may have had to give way to another meanwhile.
        if (!is_set(scope.request(), parameter)) continue;
        if (auto adapted = action(parameter); !adapted) return adapted;
    }
    return {};
}

}  // namespace

Result<void> adapt_parameters(const AdaptScope& scope) {
    const std::uint32_t set = set_parameters(scope.request());
    if (set == 0) return {};
    const bool reasoning = reasons(scope.request(), scope.capabilities);
    auto adapted =
        for_each_set(scope, set, [&](Parameter parameter) { return drop_unsupported(scope, parameter, reasoning); });
    // Exclusions count only between parameters that are still there.
    if (adapted) adapted = for_each_set(scope, set, [&](Parameter p) { return drop_excluded(scope, p); });
    if (adapted) adapted = for_each_set(scope, set, [&](Parameter p) { return fit(scope, p); });
    return adapted;
}

}  // namespace breakwater
