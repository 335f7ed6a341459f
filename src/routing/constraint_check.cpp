#include "breakwater/routing/constraint_check.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace breakwater {
namespace {

using config::Constraints;
using config::Need;

std::string number(double value) {
    std::array<char, 32> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 6).ptr;
    return {text.data(), end};
}

std::string in_milliseconds(Duration span) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(span).count()) + "ms";
}

/// A feature that a need stands for; some needs are met by either of two.
struct NeedFeatures {
    Need need;
    Feature feature;
    Feature or_else;
};
constexpr std::array kFeatures{
    NeedFeatures{Need::streaming, Feature::streaming, Feature::streaming},
    NeedFeatures{Need::tools, Feature::tools, Feature::tools},
    NeedFeatures{Need::parallel_tools, Feature::parallel_tools, Feature::parallel_tools},
    NeedFeatures{Need::vision, Feature::image_input, Feature::image_url_input},
    NeedFeatures{Need::json, Feature::json_object, Feature::json_schema},
    NeedFeatures{Need::structured_output, Feature::json_schema, Feature::json_schema},
    NeedFeatures{Need::audio_input, Feature::audio_input, Feature::audio_input},
    NeedFeatures{Need::audio_output, Feature::audio_output, Feature::audio_output},
    NeedFeatures{Need::pdf, Feature::pdf_input, Feature::pdf_input},
    NeedFeatures{Need::reasoning, Feature::reasoning, Feature::reasoning},
    NeedFeatures{Need::web_search, Feature::web_search, Feature::web_search},
    NeedFeatures{Need::prompt_caching, Feature::prompt_caching, Feature::prompt_caching},
};
static_assert(kFeatures.size() == config::kNeedCount);

struct Check {
    const Deployment& deployment;
    std::vector<Unmet>& unmet;

    void needs(config::Needs needs, std::string_view prefix) {
        if (needs.empty()) return;
        for (const NeedFeatures& row : kFeatures) {
            const Capabilities& map = deployment.capabilities;
            if (!needs.has(row.need) || map.supports(row.feature) || map.supports(row.or_else)) continue;
            unmet.push_back({std::string(prefix) + std::string(to_string(row.need)), "it has none"});
        }
    }
    void at_least(std::string_view name, std::optional<double> limit, std::optional<double> fact) {
        if (!limit || (fact && *fact >= *limit)) return;
        unmet.push_back({std::string(name), fact ? number(*fact) + " is below " + number(*limit) : "not known"});
    }
    void at_most(std::string_view name, std::optional<double> limit, std::optional<double> fact) {
        if (!limit || (fact && *fact <= *limit)) return;
        unmet.push_back({std::string(name), fact ? number(*fact) + " is above " + number(*limit) : "not known"});
    }
    void measured(std::string_view name, std::optional<std::chrono::milliseconds> limit, std::optional<Duration> fact) {
        if (!limit || !fact || *fact <= *limit) return;
        unmet.push_back({std::string(name), in_milliseconds(*fact) + " is above " + in_milliseconds(*limit)});
    }
    void add(std::string_view name, std::string why) { unmet.push_back({std::string(name), std::move(why)}); }
};

std::optional<double> as_double(std::optional<std::int64_t> value) {
    return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

void check_limits(Check& check, const Constraints& constraints, const RequestNeeds& request, const LiveFigures& live) {
    const ModelFacts& facts = check.deployment.facts;
    check.at_least("require.context", as_double(constraints.require.context), as_double(facts.context));
    check.at_least("require.max_output", as_double(constraints.require.max_output), as_double(facts.max_output));
    const Constraints::Max& max = constraints.max;
    check.at_most("max.price_input", max.price_input, facts.price.input);
    check.at_most("max.price_output", max.price_output, facts.price.output);
    if (max.cost) {
        const std::int64_t output = request.max_tokens.value_or(request.expected_output);
        check.at_most("max.cost", max.cost, expected_cost(check.deployment, request, output, 0));
    }
    check.measured("max.first_token_p50", max.first_token_p50, live.first_token_p50);
    check.measured("max.first_token_p95", max.first_token_p95, live.first_token_p95);
    check.measured("max.gap_p95", max.gap_p95, live.gap_p95);
    if (live.tokens_per_second) {
        check.at_least("min.tokens_per_second", constraints.min.tokens_per_second, live.tokens_per_second);
    }
    for (const auto& [name, score] : constraints.min.quality) {
        check.at_least("min." + name, score, quality_of(check.deployment, name));
    }
}

bool names_deployment(const std::vector<std::string>& names, const Deployment& deployment) {
    return std::ranges::any_of(names, [&](const std::string& name) { return is_named(deployment, name); });
}

void check_places(Check& check, const Constraints& constraints) {
    const Deployment& deployment = check.deployment;
    for (const std::string& tag : constraints.tags) {
        if (std::ranges::find(deployment.tags, tag) == deployment.tags.end())
            check.add("tags", "it is not tagged " + tag);
    }
    for (const Constraints::Names& regions : constraints.regions) {
        if (std::ranges::find(regions, deployment.region) != regions.end()) continue;
        check.add("region", deployment.region.empty() ? "not known" : "it is in " + deployment.region);
    }
    for (const Constraints::Names& names : constraints.only) {
        if (!names_deployment(names, deployment)) check.add("only", "it is not named");
    }
    if (names_deployment(constraints.excluded, deployment)) check.add("not", "it is named");
}

}  // namespace

void check_constraints(const Deployment& deployment, const Constraints& constraints, const RequestNeeds& request,
                       const LiveFigures& live, std::vector<Unmet>& unmet) {
    Check check{deployment, unmet};
    check.needs(constraints.require.needs, "require.");
    check_limits(check, constraints, request, live);
    check_places(check, constraints);
}

void check_needs(const Deployment& deployment, const RequestNeeds& request, bool capabilities,
                 std::vector<Unmet>& unmet) {
    Check check{deployment, unmet};
    if (capabilities) check.needs(request.needs, "request.");
    const std::optional<std::int64_t> room =
        deployment.facts.max_input ? deployment.facts.max_input : deployment.facts.context;
    if (!room || request.prompt.low <= *room) return;
    check.add("request.context",
              "at least " + std::to_string(request.prompt.low) + " prompt tokens are above " + std::to_string(*room));
}

std::optional<double> expected_cost(const Deployment& deployment, const RequestNeeds& request, std::int64_t output,
                                    double cached_share) {
    Usage usage;
    usage.cache_read = static_cast<std::int64_t>(static_cast<double>(request.prompt.likely) * cached_share);
    usage.input_uncached = request.prompt.likely - *usage.cache_read;
    usage.output = output;
    return cost_usd(deployment.facts.price, usage);
}

std::optional<double> quality_of(const Deployment& deployment, std::string_view name) {
    const auto found = std::ranges::find(deployment.quality, name, &std::pair<std::string, double>::first);
    return found == deployment.quality.end() ? std::nullopt : std::optional(found->second);
}

bool is_named(const Deployment& deployment, std::string_view name) {
    return name == deployment.name || name == deployment.provider;
}

}  // namespace breakwater
