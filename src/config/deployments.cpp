#include <fmt/format.h>

#include <algorithm>

#include "check.hpp"
#include "redaction.hpp"
#include "sections.hpp"
#include "suggestions.hpp"

namespace breakwater::config {
namespace {

template <class T>
void lay_over(std::optional<T>& lower, const std::optional<T>& upper) {
    if (upper) lower = upper;
}

/// The catalogue vendor of a provider's model: the provider's own or its preset's, else its dialect's; may be empty.
std::string_view vendor_of(const Provider& provider, std::string_view model, const Environment& environment) {
    if (!provider.catalog.empty()) return provider.catalog;
    const DialectInfo* found = find_dialect(environment, provider.dialect);
    if (found == nullptr) return {};
    for (const auto& [prefix, vendor] : found->vendors) {
        if (model.starts_with(prefix)) return vendor;
    }
    return found->vendor;
}

/// The provider that the deployment names, or null, with a problem unless it was reported before.
const Provider* find_provider(MapReader section, const Deployment& deployment, const std::string& path,
                              LoadContext& context) {
    const Node* node = section.find("provider");
    if (node == nullptr) return nullptr;
    const Provider* provider = context.config.provider(deployment.provider);
    if (provider != nullptr || !context.complete) return provider;
    std::vector<std::string_view> names;
    for (const Provider& known : context.config.providers) names.push_back(known.name);
    std::string hint = did_you_mean(deployment.provider, names);
    context.problems.add(node->mark, fmt::format("`{}.provider`: there is no provider {}", path, shown(*node)),
                         hint.empty() ? fmt::format("add it under `providers`") : std::move(hint));
    return nullptr;
}

void check_like(MapReader section, const Deployment& deployment, const std::string& path, LoadContext& context) {
    const Node* node = section.find("like");
    const Catalog* catalog = context.environment.catalog;
    if (node == nullptr || catalog == nullptr || catalog->find_reference(deployment.like) != nullptr) return;
    std::string hint = did_you_mean(deployment.like, catalog->references());
    context.problems.add(
        node->mark, fmt::format("`{}.like`: the catalogue has no model {}", path, shown(*node)),
        hint.empty() ? "write vendor/model as the catalogue has it, or state `limits`, `price` and `capabilities` here"
                     : std::move(hint));
}

/// Most dialects have one API alone, and not every model that chats has all of a dialect's.
void check_api(MapReader section, const Deployment& deployment, const Provider& provider, const std::string& path,
               LoadContext& context) {
    const Node* node = section.find("api");
    if (node == nullptr || provider.dialect.empty()) return;
    const DialectInfo* dialect = find_dialect(context.environment, provider.dialect);
    if (dialect == nullptr) return;
    if (std::ranges::find(dialect->apis, deployment.api) == dialect->apis.end()) {
        context.problems.add(
            node->mark,
            fmt::format("`{}.api`: a provider of the dialect {} has no API {}", path, provider.dialect, shown(*node)),
            "leave it out");
    } else if (const auto fault = dialect->api_fault != nullptr && deployment.facts.mode == ModelMode::chat
                                      ? dialect->api_fault(deployment.api, deployment.model)
                                      : std::nullopt) {
        context.problems.add(
            node->mark,
            fmt::format("`{}.api`: {} is not for {}: {}", path, shown(*node), shown(*section.find("model")), *fault),
            "leave it out, and the model is asked through the API that it has");
    }
}

void read_concurrency(MapReader map, Deployment& deployment, const std::string& path, LoadContext& context) {
    const Node* node = map.find("concurrency");
    AdaptiveConcurrency bounds;
    if (const auto value = map.integer("concurrency_min")) bounds.least = static_cast<std::uint32_t>(*value);
    if (const auto value = map.integer("concurrency_max")) bounds.most = static_cast<std::uint32_t>(*value);
    if (node != nullptr && node->text == "adaptive") {
        deployment.adaptive_concurrency = bounds;
        if (bounds.least > bounds.most) {
            context.problems.add(map.mark("concurrency_min"),
                                 fmt::format("`{}.concurrency_min` is above `concurrency_max`", path),
                                 "the limit moves between the two");
        }
        return;
    }
    if (const auto value = map.integer("concurrency")) deployment.concurrency = static_cast<std::uint32_t>(*value);
    for (const char* bound : {"concurrency_min", "concurrency_max"}) {
        if (map.find(bound) == nullptr) continue;
        context.problems.add(map.mark(bound), fmt::format("`{}.{}` bounds a limit that does not adapt", path, bound),
                             "write `concurrency: adaptive` beside it, or leave it out");
    }
}

void read_limits(MapReader map, Deployment& deployment, const std::string& path, LoadContext& context) {
    deployment.context = map.count("context");
    deployment.max_output = map.count("max_output");
    read_concurrency(map, deployment, path, context);
}

void read_price(MapReader map, Price& price) {
    price.input = map.number("input");
    price.cached = map.number("cached");
    price.cache_write = map.number("cache_write");
    price.cache_write_1h = map.number("cache_write_1h");
    price.output = map.number("output");
    price.reasoning = map.number("reasoning");
}

/// Clouds that serve other vendors' models write the date of a version behind an `@`.
const ModelFacts* find_model(const Catalog& catalog, std::string_view vendor, std::string_view model) {
    if (const ModelFacts* facts = catalog.find(vendor, model)) return facts;
    const std::size_t at = model.find('@');
    return at == std::string_view::npos ? nullptr : catalog.find(vendor, model.substr(0, at));
}

void check_model(MapReader section, const Deployment& deployment, const Provider& provider, const std::string& path,
                 LoadContext& context) {
    if (!context.environment.model_fault || provider.dialect.empty()) return;
    const auto fault = context.environment.model_fault(provider.dialect, deployment.model, provider.sim);
    if (fault) context.problems.add(section.mark("model"), fmt::format("`{}.model`: {}", path, *fault));
}

/// What to do about a model that the vendor's part of the catalogue does not have.
std::string unknown_model_hint(const Deployment& deployment, std::string_view vendor,
                               std::span<const std::string_view> ids) {
    if (std::string hint = did_you_mean(deployment.model, ids); !hint.empty()) return hint;
    // Vendors append dates and versions to the names of their models.
    std::string_view stem;
    for (const std::string_view id : ids) {
        if (deployment.model.starts_with(id) && id.size() > stem.size()) stem = id;
    }
    if (stem.empty()) return "with `like: vendor/model` it takes the facts of another model";
    return fmt::format("if it is a version of `{}`, add like: {}/{}", stem, vendor, stem);
}

/// Whose models a server with an address of its own has is not known.
bool is_vendors_own(const Provider& provider) noexcept {
    return !provider.catalog.empty() || provider.base_url.empty();
}

/// Serving a model of which nothing is known is no mistake, but a mistyped one looks the same.
void warn_unknown(MapReader section, const Deployment& deployment, const Provider& provider, const std::string& path,
                  LoadContext& context) {
    if (!is_vendors_own(provider) || context.environment.catalog == nullptr) return;
    const std::string_view vendor = vendor_of(provider, deployment.model, context.environment);
    std::vector<std::string_view> ids;
    for (const ModelFacts& model : context.environment.catalog->models()) {
        if (model.vendor == vendor) ids.push_back(model.id);
    }
    if (ids.empty()) return;
    const Mark mark = section.mark("model");
    context.config.warnings.push_back(printable(
        fmt::format("{}:{}:{}: `{}.model`: the catalogue has no model {} of {}, so its limits, price and capabilities "
                    "are not known; {}",
                    context.config.path, mark.line, mark.column, path, shown(*section.find("model")), vendor,
                    unknown_model_hint(deployment, vendor, ids))));
}

/// The server refuses such a model with words that do not say what to do.
void warn_other_api(MapReader section, const Deployment& deployment, const Provider& provider, const std::string& path,
                    LoadContext& context) {
    constexpr std::string_view kChatDialect = "openai";
    const bool elsewhere = deployment.like.empty() && deployment.facts.api == "responses" && is_vendors_own(provider);
    if (!elsewhere || provider.dialect != kChatDialect) return;
    const Mark mark = section.mark("model");
    context.config.warnings.push_back(printable(
        fmt::format("{}:{}:{}: `{}.model`: {} is served by the Responses API only; give it a provider with `dialect: "
                    "openai.responses`",
                    context.config.path, mark.line, mark.column, path, shown(*section.find("model")))));
}

Deployment read_deployment(const MapEntry& entry, LoadContext& context) {
    const std::string path = "deployments." + entry.key;
    const MapReader section(entry.value);
    Deployment deployment{.name = entry.key, .mark = entry.key_mark};
    section.text("provider", deployment.provider);
    section.text("model", deployment.model);
    section.text("like", deployment.like);
    section.text("api", deployment.api);
    read_limits(section.map("limits"), deployment, path + ".limits", context);
    read_price(section.map("price"), deployment.price);
    section.texts("tags", deployment.tags);
    section.text("region", deployment.region);
    deployment.quality = section.numbers("quality");
    deployment.capabilities = read_capabilities(section.map("capabilities"), path + ".capabilities", context);
    check_like(section, deployment, path, context);
    const Provider* provider = find_provider(section, deployment, path, context);
    const std::string_view vendor =
        provider == nullptr ? std::string_view{} : vendor_of(*provider, deployment.model, context.environment);
    resolve_facts(deployment, vendor, context.environment.catalog);
    if (provider != nullptr && !deployment.known && !is_vendors_own(*provider)) deployment.facts.vendor.clear();
    if (provider == nullptr || section.find("model") == nullptr) return deployment;
    check_model(section, deployment, *provider, path, context);
    check_api(section, deployment, *provider, path, context);
    warn_other_api(section, deployment, *provider, path, context);
    if (!deployment.known && deployment.like.empty()) warn_unknown(section, deployment, *provider, path, context);
    return deployment;
}

}  // namespace

void resolve_facts(Deployment& deployment, std::string_view vendor, const Catalog* catalog) {
    const ModelFacts* entry = nullptr;
    if (catalog != nullptr) {
        // `like` comes first: who writes it does not want what the vendor's name for the model would give.
        entry = deployment.like.empty() ? find_model(*catalog, vendor, deployment.model)
                                        : catalog->find_reference(deployment.like);
    }
    deployment.known = entry != nullptr;
    deployment.facts =
        entry != nullptr ? *entry
                         : ModelFacts{.vendor = std::string(vendor), .id = deployment.model, .name = deployment.model};
    ModelFacts& facts = deployment.facts;
    lay_over(facts.context, deployment.context);
    lay_over(facts.max_output, deployment.max_output);
    lay_over(facts.price.input, deployment.price.input);
    lay_over(facts.price.cached, deployment.price.cached);
    lay_over(facts.price.cache_write, deployment.price.cache_write);
    lay_over(facts.price.cache_write_1h, deployment.price.cache_write_1h);
    lay_over(facts.price.output, deployment.price.output);
    lay_over(facts.price.reasoning, deployment.price.reasoning);
    if (!deployment.api.empty()) facts.api = deployment.api;
    facts.capabilities.overlay(deployment.capabilities);
}

void read_deployments(MapReader section, LoadContext& context) {
    if (section.node() == nullptr) return;
    for (const MapEntry& entry : section.node()->entries) {
        // A broken one keeps its name, so that routes to it are not reported as well.
        context.config.deployments.push_back(entry.value->broken ? Deployment{.name = entry.key, .mark = entry.key_mark}
                                                                 : read_deployment(entry, context));
    }
}

}  // namespace breakwater::config
