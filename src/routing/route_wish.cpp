#include "breakwater/routing/route_wish.hpp"

#include <algorithm>
#include <array>

#include "breakwater/base/strings.hpp"
#include "breakwater/config/scalars.hpp"

namespace breakwater {
namespace {

using config::Constraints;
using config::Objective;
using Fault = std::optional<std::string>;

constexpr std::size_t kEntriesMax = 64;  ///< of one list
constexpr std::string_view kName = "a name of 1 to 128 letters, digits, `.`, `_`, `/`, `:` or `-`";

bool is_name(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("._/:-").find(c) != std::string_view::npos;
    });
}

Fault add_require(Constraints::Require& require, std::string_view name, std::string_view value) {
    if (name == "context" || name == "max_output") {
        const auto count = config::parse_count(value);
        if (!count || *count < 1) return "a number of tokens, such as 32000 or 32k";
        std::optional<std::int64_t>& limit = name == "context" ? require.context : require.max_output;
        limit = std::max(limit.value_or(0), *count);
        return std::nullopt;
    }
    const auto need = config::need_from(name);
    if (!need) {
        std::string expected = "one of context, max_output";
        for (std::size_t i = 0; i < config::kNeedCount; ++i) {
            expected += ", " + std::string(to_string(static_cast<config::Need>(i)));
        }
        return expected;
    }
    if (value == "false") return std::nullopt;
    if (!value.empty() && value != "true") return "true or false";
    require.needs.set(*need);
    return std::nullopt;
}

template <class T>
void at_most(std::optional<T>& limit, T value) {
    limit = limit ? std::min(*limit, value) : value;
}

Fault add_max(Constraints::Max& max, std::string_view name, std::string_view value) {
    using Span = std::optional<std::chrono::milliseconds> Constraints::Max::*;
    using Money = std::optional<double> Constraints::Max::*;
    constexpr std::array<std::pair<std::string_view, Span>, 3> kSpans{
        {{"first_token_p50", &Constraints::Max::first_token_p50},
         {"first_token_p95", &Constraints::Max::first_token_p95},
         {"gap_p95", &Constraints::Max::gap_p95}}};
    constexpr std::array<std::pair<std::string_view, Money>, 3> kMoney{
        {{"price_input", &Constraints::Max::price_input},
         {"price_output", &Constraints::Max::price_output},
         {"cost", &Constraints::Max::cost}}};
    for (const auto& [word, member] : kSpans) {
        if (word != name) continue;
        const auto span = config::parse_duration(value);
        if (!span) return "a duration, such as 800ms or 2s";
        at_most(max.*member, *span);
        return std::nullopt;
    }
    for (const auto& [word, member] : kMoney) {
        if (word != name) continue;
        const auto dollars = parse_double(value);
        if (!dollars || !(*dollars >= 0)) return "US dollars, as a number";
        at_most(max.*member, *dollars);
        return std::nullopt;
    }
    return "one of price_input, price_output, cost, first_token_p50, first_token_p95, gap_p95";
}

Fault add_min(Constraints& constraints, std::string_view name, std::string_view value) {
    const auto number = parse_double(value);
    if (!number || !(*number >= 0)) return "a number";
    if (!is_name(name)) return std::string(kName);
    if (constraints.min.quality.size() == kEntriesMax) return "at most 64 entries";
    Constraints more;
    if (name == "tokens_per_second") {
        more.min.tokens_per_second = number;
    } else {
        more.min.quality.emplace_back(name, *number);
    }
    constraints.narrow(more);
    return std::nullopt;
}

Fault add_preference(std::optional<config::Preference>& prefer, std::string_view name, std::string_view value) {
    constexpr std::array kObjectives{Objective::order, Objective::weighted, Objective::cost, Objective::latency,
                                     Objective::quality};
    const auto* found = std::ranges::find(kObjectives, name, [](Objective each) { return to_string(each); });
    if (found == kObjectives.end()) return "one of order, weighted, cost, latency, quality";
    if (value.empty()) {
        if (prefer) return "one objective, or shares such as cost=0.7, latency=0.3";
        prefer = config::Preference{.objective = *found};
        return std::nullopt;
    }
    const auto share = parse_double(value);
    const bool mixes = *found != Objective::order && *found != Objective::weighted;
    if (!mixes || !share || !(*share > 0 && *share <= 1000)) return "shares above 0 of cost, latency and quality";
    if (!prefer) prefer = config::Preference{.objective = Objective::mix};
    if (prefer->objective != Objective::mix) return "one objective, or shares such as cost=0.7, latency=0.3";
    (*found == Objective::cost      ? prefer->cost
     : *found == Objective::latency ? prefer->latency
                                    : prefer->quality) = *share;
    return std::nullopt;
}

Fault add_name(Constraints::Names& names, std::string_view name, std::string_view value) {
    if (!value.empty() || !is_name(name)) return std::string(kName);
    if (names.size() == kEntriesMax) return "at most 64 names";
    names.emplace_back(name);
    return std::nullopt;
}

/// All names that one request gives are one list, of which a deployment has to meet one.
Fault add_alternative(std::vector<Constraints::Names>& lists, std::string_view name, std::string_view value) {
    if (lists.empty()) lists.emplace_back();
    return add_name(lists.back(), name, value);
}

}  // namespace

std::optional<WishPart> wish_part_from(std::string_view word) noexcept {
    constexpr std::array<std::string_view, 8> kWords{"require", "max",    "min",  "prefer",
                                                     "tags",    "region", "only", "not"};
    const auto* found = std::ranges::find(kWords, word);
    if (found == kWords.end()) return std::nullopt;
    return static_cast<WishPart>(found - kWords.begin());
}

std::optional<std::string> add_wish(RouteWish& wish, WishPart part, std::string_view name, std::string_view value) {
    Constraints& constraints = wish.constraints;
    switch (part) {
        case WishPart::require:
            return add_require(constraints.require, name, value);
        case WishPart::max:
            return add_max(constraints.max, name, value);
        case WishPart::min:
            return add_min(constraints, name, value);
        case WishPart::prefer:
            return add_preference(wish.prefer, name, value);
        case WishPart::tags:
            return add_name(constraints.tags, name, value);
        case WishPart::region:
            return add_alternative(constraints.regions, name, value);
        case WishPart::only:
            return add_alternative(constraints.only, name, value);
        case WishPart::exclude:
            return add_name(constraints.excluded, name, value);
    }
    return std::nullopt;
}

std::optional<std::string> add_wish_list(RouteWish& wish, WishPart part, std::string_view list) {
    for (const std::string_view each : split(list, ',')) {
        const std::string_view entry = trim(each);
        const std::size_t equals = std::min(entry.find('='), entry.size());
        const std::string_view name = trim(entry.substr(0, equals));
        const std::string_view value = equals < entry.size() ? trim(entry.substr(equals + 1)) : std::string_view{};
        if (auto fault = add_wish(wish, part, name, value)) return fault;
    }
    return std::nullopt;
}

}  // namespace breakwater
