#include "breakwater/config/constraints.hpp"

#include <algorithm>
#include <array>

namespace breakwater::config {
namespace {

constexpr std::array<std::string_view, kNeedCount> kNeeds{
    "streaming",    "tools", "parallel_tools", "vision",     "json",           "structured_output", "audio_input",
    "audio_output", "pdf",   "reasoning",      "web_search", "prompt_caching",
};

template <class T>
void tighten(std::optional<T>& mine, const std::optional<T>& other, const T& (*tighter)(const T&, const T&)) {
    if (other) mine = mine ? tighter(*mine, *other) : *other;
}

void append(std::vector<std::string>& mine, const std::vector<std::string>& more) {
    for (const std::string& name : more) {
        if (std::ranges::find(mine, name) == mine.end()) mine.push_back(name);
    }
}

}  // namespace

std::string_view to_string(Need need) noexcept {
    return kNeeds[static_cast<std::size_t>(need)];
}

std::optional<Need> need_from(std::string_view word) noexcept {
    const auto* found = std::ranges::find(kNeeds, word);
    if (found == kNeeds.end()) return std::nullopt;
    return static_cast<Need>(found - kNeeds.begin());
}

std::string_view to_string(Objective objective) noexcept {
    constexpr std::array<std::string_view, 6> kWords{"order", "weighted", "cost", "latency", "quality", "mix"};
    return kWords[static_cast<std::size_t>(objective)];
}

void Constraints::narrow(const Constraints& other) {
    require.needs.add(other.require.needs);
    tighten(require.context, other.require.context, std::max);
    tighten(require.max_output, other.require.max_output, std::max);
    tighten(max.price_input, other.max.price_input, std::min);
    tighten(max.price_output, other.max.price_output, std::min);
    tighten(max.cost, other.max.cost, std::min);
    tighten(max.first_token_p50, other.max.first_token_p50, std::min);
    tighten(max.first_token_p95, other.max.first_token_p95, std::min);
    tighten(max.gap_p95, other.max.gap_p95, std::min);
    tighten(min.tokens_per_second, other.min.tokens_per_second, std::max);
    for (const auto& [name, score] : other.min.quality) {
        const auto mine = std::ranges::find(min.quality, name, &std::pair<std::string, double>::first);
        if (mine == min.quality.end()) {
            min.quality.emplace_back(name, score);
        } else {
            mine->second = std::max(mine->second, score);
        }
    }
    append(tags, other.tags);
    regions.insert(regions.end(), other.regions.begin(), other.regions.end());
    only.insert(only.end(), other.only.begin(), other.only.end());
    append(excluded, other.excluded);
}

}  // namespace breakwater::config
