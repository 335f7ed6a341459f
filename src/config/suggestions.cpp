#include "suggestions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "breakwater/base/strings.hpp"

namespace breakwater::config {
namespace {

// What the same thing is called by other gateways, and what people try first.
constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kHabits{{
    {"url", "base_url"},         {"endpoint", "base_url"},
    {"api_base", "base_url"},    {"host", "listen"},
    {"port", "listen"},          {"bind", "listen"},
    {"address", "listen"},       {"type", "dialect"},
    {"kind", "dialect"},         {"key", "api_key"},
    {"token", "api_key"},        {"secret", "api_key"},
    {"fallbacks", "candidates"}, {"targets", "candidates"},
    {"models", "deployments"},   {"model_list", "deployments"},
    {"retries", "retry"},        {"ttft", "first_token"},
    {"num_retries", "retry"},    {"hash", "sha256"},
    {"strategy", "prefer"},      {"concurrent", "concurrency"},
}};

bool contains(const std::vector<std::string_view>& words, std::string_view word) {
    return std::ranges::find(words, word) != words.end();
}

/// Short words have too many neighbours: `to` must not become `no`.
std::size_t distance_for(std::string_view word) noexcept {
    return word.size() <= 3 ? 1 : 2;
}

/// Where a key of this name is in the table, as a path, or empty.
std::string place_of(std::string_view word, std::span<const KeySpec> keys, const std::string& path, int depth) {
    for (const KeySpec& key : keys) {
        if (key.name == word && key.type != Type::later && !path.empty()) return path;
        // The words of capability maps are of no help elsewhere.
        if (key.children == nullptr || depth == 0 || key.name == "capabilities") continue;
        std::string below = path.empty() ? std::string(key.name) : fmt::format("{}.{}", path, key.name);
        if (key.type == Type::named_maps) below += ".<name>";
        if (std::string found = place_of(word, key.children(), below, depth - 1); !found.empty()) return found;
    }
    return {};
}

std::string all_words(std::span<const std::string_view> words) {
    std::string text;
    for (const std::string_view word : words) text += fmt::format("{}`{}`", text.empty() ? "" : ", ", word);
    return text;
}

}  // namespace

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
    // The distance costs time with the length, and nobody mistypes a word of this length into one of ours.
    constexpr std::size_t kWordBytesMax = 128;
    constexpr std::size_t kCandidatesMax = 2000;
    if (word.size() > kWordBytesMax || candidates.size() > kCandidatesMax) return {};
    std::string_view found = nearest(word, candidates, distance_for(word));
    if (found.empty()) found = nearest(to_lower(word), candidates, distance_for(word));
    return found.empty() ? std::string{} : fmt::format("did you mean `{}`?", found);
}

std::string unknown_key_hint(std::string_view word, std::span<const KeySpec> keys) {
    std::vector<std::string_view> names;
    for (const KeySpec& key : keys) {
        if (key.type != Type::later) names.push_back(key.name);
    }
    if (const std::size_t colon = word.find(':');
        colon != std::string_view::npos && contains(names, word.substr(0, colon))) {
        return fmt::format("a blank is missing after the colon: `{}: {}`", word.substr(0, colon),
                           word.substr(colon + 1));
    }
    if (std::string hint = did_you_mean(word, names); !hint.empty()) return hint;
    for (const auto& [habit, ours] : kHabits) {
        if (word == habit && contains(names, ours)) return fmt::format("it is called `{}` here", ours);
    }
    if (const std::string place = place_of(word, all_keys(), {}, 4); !place.empty()) {
        return fmt::format("`{}` belongs under `{}`", word, place);
    }
    constexpr std::size_t kListedMax = 14;
    return names.size() <= kListedMax ? "possible here: " + all_words(names) : std::string{};
}

}  // namespace breakwater::config
