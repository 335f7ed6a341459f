#include "parameter_values.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "breakwater/base/strings.hpp"

namespace breakwater {
namespace {

constexpr std::array<std::string_view, 3> kScale{"low", "medium", "high"};

std::optional<int> place_on_scale(std::string_view word) noexcept {
    const auto found = std::ranges::find(kScale, word);
    if (found == kScale.end()) return std::nullopt;
    return static_cast<int>(found - kScale.begin());
}

/// True when `candidate` is a better stand-in for `wanted` than `best`.
bool is_nearer(int candidate, int best, int wanted) noexcept {
    const int distance = std::abs(candidate - wanted);
    const int best_distance = std::abs(best - wanted);
    return distance < best_distance || (distance == best_distance && candidate > best);
}

}  // namespace

double nearest_number(double value, const ParameterRule& rule) noexcept {
    std::optional<double> best;
    for (const std::string& word : rule.values) {
        const auto listed = parse_double(word);
        if (listed && (!best || std::abs(*listed - value) < std::abs(*best - value))) best = listed;
    }
    double result = best.value_or(value);
    if (rule.min) result = std::max(result, *rule.min);
    if (rule.max) result = std::min(result, *rule.max);
    return result;
}

std::optional<ReasoningEffort> nearest_effort(ReasoningEffort wanted, std::span<const std::string> levels) noexcept {
    std::optional<int> best;
    const int place = static_cast<int>(wanted);
    for (const std::string& word : levels) {
        const auto level = reasoning_effort_from(word);
        if (!level || (*level == ReasoningEffort::none && wanted != ReasoningEffort::none)) continue;
        const int candidate = static_cast<int>(*level);
        if (!best || is_nearer(candidate, *best, place)) best = candidate;
    }
    if (!best) return std::nullopt;
    return static_cast<ReasoningEffort>(*best);
}

std::string_view nearest_word(std::string_view wanted, std::span<const std::string> words) noexcept {
    const auto place = place_on_scale(wanted);
    std::optional<int> best;
    for (const std::string& word : words) {
        const auto candidate = place_on_scale(word);
        if (place && candidate && (!best || is_nearer(*candidate, *best, *place))) best = candidate;
    }
    return best ? kScale[static_cast<std::size_t>(*best)] : std::string_view();
}

}  // namespace breakwater
