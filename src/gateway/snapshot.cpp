#include "breakwater/gateway/snapshot.hpp"

#include <algorithm>
#include <chrono>

#include "breakwater/providers/sim.hpp"
#include "credential_slot.hpp"
#include "own_host.hpp"

namespace breakwater {

namespace {

constexpr std::string_view kSimPrefix = "sim/";

/// What is known of a provider's credentials outlives a reload that does not change them.
std::shared_ptr<CredentialSlot> make_credentials(const config::Provider& settings, const Snapshot* before) {
    const ProviderEntry* old = before != nullptr ? before->provider(settings.name) : nullptr;
    if (old != nullptr && old->credentials->serves(settings)) return old->credentials;
    return std::make_shared<CredentialSlot>(settings, std::chrono::steady_clock::now());
}

std::expected<ProviderEntry, std::string> make_provider(const config::Provider& settings) {
    ProviderEntry entry;
    entry.settings = settings;
    const ProviderModule* module = find_provider_module(settings.dialect);
    if (module == nullptr)
        return std::unexpected("Provider " + settings.name + ": there is no dialect " + settings.dialect + ".");
    entry.provider = module->make(settings);
    entry.simulated = settings.dialect == "sim";
    if (entry.simulated) return entry;
    std::string base_url = settings.base_url;
    if (base_url.empty())
        base_url = module->address ? module->address(settings) : std::string(module->default_base_url);
    auto endpoint = make_endpoint(settings.name, base_url, {settings.ca_file, settings.insecure_skip_verify});
    if (!endpoint) return std::unexpected("Provider " + settings.name + ": " + endpoint.error().message);
    entry.endpoint = std::move(*endpoint);
    return entry;
}

bool gets_trace(config::TracePropagation propagation, const ProviderEntry& provider) {
    if (provider.simulated) return false;
    switch (propagation) {
        case config::TracePropagation::none:
            return false;
        case config::TracePropagation::self_hosted:
            return is_own_host(provider.endpoint.host);
        case config::TracePropagation::all:
            return true;
    }
    return false;
}

/// Null when nobody collects spans.
std::expected<std::shared_ptr<const SpanTarget>, std::string> make_span_target(const config::Trace& trace) {
    if (!trace.exports()) return nullptr;
    auto endpoint = make_endpoint("server.trace.otlp", trace.otlp.endpoint, {trace.otlp.ca_file, false});
    if (!endpoint) return std::unexpected("server.trace.otlp.endpoint: " + endpoint.error().message);
    return std::make_shared<const SpanTarget>(SpanTarget{std::move(*endpoint), trace.otlp});
}

// A simulated model is named by what it does, so a name that means nothing is a mistake of the file.
std::optional<std::string> simulation_fault(const config::Deployment& deployment, const ProviderEntry& provider) {
    if (!provider.simulated) return std::nullopt;
    const auto known = check_sim_model(deployment.model, provider.settings.sim);
    if (known) return std::nullopt;
    return "Deployment " + deployment.name + ": " + known.error().message;
}

// Dialect under provider under catalogue under deployment: what is stated nearer to the deployment wins.
Deployment make_deployment(const config::Deployment& settings, const config::Provider& provider, std::uint32_t index) {
    Deployment deployment{.index = index,
                          .name = settings.name,
                          .provider = settings.provider,
                          .model = settings.model,
                          .facts = settings.facts,
                          .capabilities = {}};
    const ProviderModule* module = find_provider_module(provider.dialect);
    if (module != nullptr) {
        deployment.capabilities =
            module->model_capabilities != nullptr ? module->model_capabilities(settings.model) : module->capabilities();
    }
    deployment.capabilities.overlay(provider.capabilities);
    deployment.capabilities.overlay(settings.facts.capabilities);
    if (module != nullptr && module->limits != nullptr) {
        deployment.capabilities.overlay(module->limits(settings));
        deployment.capabilities.overlay(settings.capabilities);
    }
    if (provider.dialect == "sim") deployment.facts.mode = sim_model_mode(settings.model);
    deployment.known = settings.known || provider.dialect == "sim";
    deployment.tags = settings.tags;
    deployment.region = settings.region;
    deployment.quality = settings.quality;
    return deployment;
}

bool all_chat(std::span<const Deployment* const> candidates) {
    return std::ranges::all_of(candidates, [](const Deployment* each) { return each->serves(ModelMode::chat); });
}

bool chooses(const config::Policies& policies) {
    return policies.prefer.objective != config::Objective::order || !policies.constraints.empty();
}

/// The weight of each deployment of a route: that of the first candidate that leads to it.
std::vector<double> weights_of(const config::Config& config, const config::Route& route) {
    std::vector<double> weights;
    if (route.weights.empty()) return weights;
    for (const std::size_t index : route.deployments) {
        const auto leads_to = [&](const std::string& candidate) {
            if (candidate == config.deployments[index].name) return true;
            const config::Route* nested = config.route(candidate);
            return nested != nullptr && std::ranges::find(nested->deployments, index) != nested->deployments.end();
        };
        const auto candidate = std::ranges::find_if(route.candidates, leads_to);
        const auto weight = std::ranges::find_if(route.weights, [&](const auto& each) {
            return candidate != route.candidates.end() && each.first == *candidate;
        });
        weights.push_back(weight == route.weights.end() ? 1 : weight->second);
    }
    return weights;
}

/// What is passed on is sent once, for nobody knows what it does; and when its answer begins is its own business.
config::Policies relay_policies(const config::Policies& defaults) {
    config::Policies policies = defaults;
    policies.timeouts.head = policies.timeouts.first_token = policies.timeouts.total;
    policies.retry.attempts = 1;
    policies.hedge = {};
    policies.after_commit = {config::AfterCommit::error};
    policies.constraints = {};
    policies.prefer = {};
    return policies;
}

/// A route of one simulated model that no configuration names.
struct AdHocRoute {
    AdHocRoute(const Deployment& prototype, std::string_view model) : deployment(prototype) {
        deployment.model = model;
        deployment.facts.mode = sim_model_mode(model);
    }
    Deployment deployment;
    const Deployment* candidate = &deployment;
};

ModelEntry describe(std::string id, std::int64_t created, std::span<const Deployment* const> candidates) {
    ModelEntry entry;
    entry.id = std::move(id);
    entry.created = created;
    entry.owned_by = candidates.front()->provider;
    entry.facts = candidates.front()->facts;
    entry.capabilities = candidates.front()->capabilities;
    for (const Deployment* deployment : candidates) entry.deployments.push_back(deployment->name);
    return entry;
}

}  // namespace

std::expected<std::shared_ptr<const Snapshot>, std::string> Snapshot::build(config::Config config,
                                                                            std::uint64_t generation,
                                                                            const Snapshot* before) {
    const std::shared_ptr<Snapshot> snapshot(new Snapshot());
    snapshot->config_ = std::move(config);
    snapshot->generation_ = generation;
    snapshot->created_ =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    const config::Config& settings = snapshot->config_;
    snapshot->server_settings_ = std::make_shared<ServerSettings>(
        ServerSettings{settings.server.limits, settings.server.timeouts, settings.server.half_close});

    auto span_target = make_span_target(settings.server.trace);
    if (!span_target) return std::unexpected(std::move(span_target.error()));
    snapshot->span_target_ = std::move(*span_target);
    for (const config::Provider& provider : settings.providers) {
        auto entry = make_provider(provider);
        if (!entry) return std::unexpected(std::move(entry.error()));
        entry->credentials = make_credentials(provider, before);
        entry->gets_trace = gets_trace(settings.server.trace.propagate, *entry);
        const ProviderEntry& kept = snapshot->providers_.emplace_back(std::move(*entry));
        snapshot->provider_by_name_.emplace(provider.name, &kept);
    }
    for (const config::Deployment& deployment : settings.deployments) {
        const ProviderEntry* provider = snapshot->provider(deployment.provider);
        if (auto fault = simulation_fault(deployment, *provider)) return std::unexpected(std::move(*fault));
        snapshot->provider_by_deployment_.push_back(provider);
        const auto index = static_cast<std::uint32_t>(snapshot->deployments_.size());
        snapshot->deployments_.push_back(make_deployment(deployment, *settings.provider(deployment.provider), index));
    }
    for (const config::Route& route : settings.routes) {
        RouteEntry entry{
            .name = route.name, .candidates = {}, .policies = route.policies, .index = snapshot->routes_.size()};
        entry.weights = weights_of(settings, route);
        entry.chooses = chooses(route.policies);
        entry.of_deployment = route.candidates.size() == 1 && route.candidates.front() == route.name;
        for (const std::size_t index : route.deployments) entry.candidates.push_back(&snapshot->deployments_[index]);
        entry.chats = all_chat(entry.candidates);
        const RouteEntry& kept = snapshot->routes_.emplace_back(std::move(entry));
        snapshot->route_by_name_.emplace(route.name, &kept);
    }
    snapshot->add_simulated();
    snapshot->add_relays();
    snapshot->models_json_ = models_list_json(snapshot->model_entries());
    return snapshot;
}

// Its number is behind those of the deployments.
void Snapshot::add_simulated() {
    const ProviderEntry* sim = provider(kSimProvider);
    if (sim == nullptr || !sim->simulated) return;
    config::Deployment settings;
    settings.name = kSimProvider;
    settings.provider = kSimProvider;
    simulated_ = make_deployment(settings, sim->settings, static_cast<std::uint32_t>(deployments_.size()));
}

// Their numbers are behind those of the deployments and of simulated models that no configuration names.
void Snapshot::add_relays() {
    relay_policies_ = relay_policies(config_.defaults);
    for (const config::Provider& provider : config_.providers) {
        if (provider.passthrough == config::Passthrough::off) continue;
        const auto index = static_cast<std::uint32_t>(deployments_.size() + 1 + relays_.size());
        relays_.push_back({.index = index, .name = "providers/" + provider.name, .provider = provider.name});
        relay_candidates_.push_back(&relays_.back());
    }
}

std::optional<Snapshot::Resolved> Snapshot::relay_to(std::string_view provider) const {
    const auto found = std::ranges::find(relay_candidates_, provider, &Deployment::provider);
    if (found == relay_candidates_.end()) return std::nullopt;
    return Resolved{.route_name = (*found)->name,
                    .candidates = std::span(&*found, 1),
                    .policies = &relay_policies_,
                    // Behind the routes and `auto`: budgets that they earn are not for those.
                    .route_index = routes_.size() + 1 + static_cast<std::size_t>(found - relay_candidates_.begin())};
}

const RouteEntry* Snapshot::route(std::string_view name) const noexcept {
    const auto found = route_by_name_.find(name);
    return found == route_by_name_.end() ? nullptr : found->second;
}

const ProviderEntry* Snapshot::provider(std::string_view name) const noexcept {
    const auto found = provider_by_name_.find(name);
    return found == provider_by_name_.end() ? nullptr : found->second;
}

std::optional<Snapshot::Resolved> Snapshot::resolve(std::string_view model) const {
    if (const RouteEntry* entry = route(model)) {
        return Resolved{entry->name, entry->candidates, &entry->policies, entry->index,
                        nullptr,     entry->weights,    entry->chooses,   entry->chats};
    }
    if (!simulated_ || !model.starts_with(kSimPrefix)) return std::nullopt;
    const auto route = std::make_shared<AdHocRoute>(*simulated_, model.substr(kSimPrefix.size()));
    return Resolved{.route_name = kSimProvider,
                    .candidates = std::span(&route->candidate, 1),
                    .policies = &config_.defaults,
                    .route_index = routes_.size(),
                    .ad_hoc = route,
                    .chooses = chooses(config_.defaults),
                    .chats = route->deployment.serves(ModelMode::chat)};
}

std::string_view Snapshot::nearest_route(std::string_view model) const {
    std::vector<std::string_view> names;
    names.reserve(routes_.size());
    for (const RouteEntry& entry : routes_) names.push_back(entry.name);
    return nearest(model, names, std::max<std::size_t>(2, model.size() / 4));
}

std::vector<ModelEntry> Snapshot::model_entries() const {
    std::vector<ModelEntry> entries;
    entries.reserve(routes_.size());
    for (const RouteEntry& entry : routes_) entries.push_back(describe(entry.name, created_, entry.candidates));
    return entries;
}

std::optional<std::string> Snapshot::model_json(std::string_view id) const {
    const auto resolved = resolve(id);
    if (!resolved) return std::nullopt;
    return breakwater::model_json(describe(std::string(id), created_, resolved->candidates));
}

std::string Snapshot::anthropic_models_json(const ModelPage& page) const {
    return anthropic_models_list_json(model_entries(), page);
}

std::optional<std::string> Snapshot::anthropic_model_json(std::string_view id) const {
    const auto resolved = resolve(id);
    if (!resolved) return std::nullopt;
    return breakwater::anthropic_model_json(describe(std::string(id), created_, resolved->candidates));
}

std::string Snapshot::google_models_json() const {
    return google_models_list_json(model_entries());
}

std::optional<std::string> Snapshot::google_model_json(std::string_view id) const {
    const auto resolved = resolve(id);
    if (!resolved) return std::nullopt;
    return breakwater::google_model_json(describe(std::string(id), created_, resolved->candidates));
}

}  // namespace breakwater
