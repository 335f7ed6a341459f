#pragma once

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "breakwater/base/strings.hpp"
#include "breakwater/config/config.hpp"
#include "breakwater/exchange/exchange.hpp"
#include "breakwater/ingress/anthropic_models.hpp"
#include "breakwater/ingress/google_models.hpp"
#include "breakwater/net/server.hpp"
#include "breakwater/net/upstream.hpp"

namespace breakwater {

class CredentialSlot;

/// A configured provider, ready to be used.
struct ProviderEntry {
    config::Provider settings{};
    std::unique_ptr<Provider> provider{};
    bool simulated = false;  ///< answers come from a script instead of `endpoint`
    UpstreamEndpoint endpoint{};
    bool gets_trace = false;                        ///< is sent the trace context of requests
    std::shared_ptr<CredentialSlot> credentials{};  ///< never null; the one of the snapshot before, if it still holds
};

/// Who collects the spans of requests.
struct SpanTarget {
    UpstreamEndpoint endpoint{};
    config::TraceExport settings{};
};

/// A resolved route; deployments are borrowed from the snapshot.
struct RouteEntry {
    std::string name{};
    std::vector<const Deployment*> candidates{};
    config::Policies policies{};
    std::size_t index = 0;          ///< for per-route tables of the workers
    std::vector<double> weights{};  ///< of the candidates, in their order; empty: all alike
    bool chooses = false;           ///< not a plain list: candidates are judged and ordered for each request
    bool of_deployment = false;     ///< the deployment's own name
    bool chats = true;              ///< every candidate may be asked for chats
};

/// Everything a request needs of the configuration: immutable, shared by all workers, replaced as a whole on reload. A
/// request keeps the one it began with, so a running stream never sees a change.
class Snapshot {
public:
    /// The provider, and the deployment, of simulated models that no configuration names.
    static constexpr std::string_view kSimProvider = "sim";

    /// Errors say which provider cannot be used and why. `before`: the one that it replaces, if any.
    static std::expected<std::shared_ptr<const Snapshot>, std::string> build(config::Config config,
                                                                             std::uint64_t generation,
                                                                             const Snapshot* before = nullptr);

    [[nodiscard]] const config::Config& config() const noexcept { return config_; }
    [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }
    [[nodiscard]] const std::shared_ptr<const ServerSettings>& server_settings() const noexcept {
        return server_settings_;
    }

    [[nodiscard]] const RouteEntry* route(std::string_view name) const noexcept;
    [[nodiscard]] const std::deque<RouteEntry>& routes() const noexcept { return routes_; }
    [[nodiscard]] const std::deque<Deployment>& deployments() const noexcept { return deployments_; }
    [[nodiscard]] const std::deque<ProviderEntry>& providers() const noexcept { return providers_; }
    /// Null when there is none of that name.
    [[nodiscard]] const ProviderEntry* provider(std::string_view name) const noexcept;
    /// Never null for a deployment of this snapshot.
    [[nodiscard]] const ProviderEntry* provider_of(const Deployment& deployment) const noexcept {
        return deployment.index < provider_by_deployment_.size() ? provider_by_deployment_[deployment.index]
                                                                 : provider(deployment.provider);
    }

    /// The name that the client asked for, resolved. Names "sim/..." reach the provider called sim without being
    /// configured.
    struct Resolved {
        std::string_view route_name;  ///< from configuration, never the client's bytes
        std::span<const Deployment* const> candidates;
        const config::Policies* policies = nullptr;
        std::size_t route_index = 0;  ///< the routes', then that of `auto` and simulated models, then those of relays
        std::shared_ptr<const void> ad_hoc{};  ///< keeps what no snapshot owns alive
        std::span<const double> weights{};     ///< as the route's
        bool chooses = false;
        bool chats = true;
    };
    /// Nothing when no route has that name.
    [[nodiscard]] std::optional<Resolved> resolve(std::string_view model) const;
    /// Where requests go that pass the routes by: a provider that the configuration opens for them, as a route of one
    /// attempt. Nothing for any other.
    [[nodiscard]] std::optional<Resolved> relay_to(std::string_view provider) const;
    [[nodiscard]] const std::deque<Deployment>& relays() const noexcept { return relays_; }
    /// Null when nobody collects spans.
    [[nodiscard]] const std::shared_ptr<const SpanTarget>& span_target() const noexcept { return span_target_; }
    /// The route name nearest to a wrong one, or empty.
    [[nodiscard]] std::string_view nearest_route(std::string_view model) const;

    /// Body of GET /v1/models.
    [[nodiscard]] const std::string& models_json() const noexcept { return models_json_; }
    /// Body of GET /v1/models/{id}, or nothing.
    [[nodiscard]] std::optional<std::string> model_json(std::string_view id) const;
    /// The same for Anthropic's SDKs.
    [[nodiscard]] std::string anthropic_models_json(const ModelPage& page) const;
    [[nodiscard]] std::optional<std::string> anthropic_model_json(std::string_view id) const;
    /// The same for Google's SDKs.
    [[nodiscard]] std::string google_models_json() const;
    [[nodiscard]] std::optional<std::string> google_model_json(std::string_view id) const;

private:
    Snapshot() = default;
    [[nodiscard]] std::vector<ModelEntry> model_entries() const;
    void add_simulated();
    void add_relays();

    config::Config config_;
    std::uint64_t generation_ = 0;
    std::shared_ptr<const ServerSettings> server_settings_;
    std::shared_ptr<const SpanTarget> span_target_;
    std::deque<ProviderEntry> providers_;
    std::deque<Deployment> deployments_;
    std::vector<const ProviderEntry*> provider_by_deployment_;
    std::deque<RouteEntry> routes_;
    std::optional<Deployment> simulated_{};            ///< what simulated models that nobody configured are copies of
    std::deque<Deployment> relays_;                    ///< stand for providers that requests are passed on to
    std::vector<const Deployment*> relay_candidates_;  ///< those, to be pointed at
    config::Policies relay_policies_;
    std::unordered_map<std::string, const ProviderEntry*, StringHash, std::equal_to<>> provider_by_name_;
    std::unordered_map<std::string, const RouteEntry*, StringHash, std::equal_to<>> route_by_name_;
    std::string models_json_;
    std::int64_t created_ = 0;
};

}  // namespace breakwater
