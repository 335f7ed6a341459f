#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "check.hpp"
#include "redaction.hpp"
#include "sections.hpp"
#include "suggestions.hpp"

namespace breakwater::config {
namespace {

std::optional<std::size_t> deployment_index(const Config& config, std::string_view name) {
    const auto found = std::ranges::find(config.deployments, name, &Deployment::name);
    if (found == config.deployments.end()) return std::nullopt;
    return static_cast<std::size_t>(found - config.deployments.begin());
}

std::optional<std::size_t> route_index(const Config& config, std::string_view name) {
    const auto found = std::ranges::find(config.routes, name, &Route::name);
    if (found == config.routes.end()) return std::nullopt;
    return static_cast<std::size_t>(found - config.routes.begin());
}

std::string unknown_candidate_hint(const Config& config, std::string_view name) {
    std::vector<std::string_view> names;
    for (const Deployment& deployment : config.deployments) names.push_back(deployment.name);
    for (const Route& route : config.routes) names.push_back(route.name);
    std::string hint = did_you_mean(name, names);
    if (!hint.empty()) return hint;
    if (config.provider(name) != nullptr) {
        return fmt::format(
            "{0} is a provider; a route names deployments: add one under `deployments` with provider: {0}", name);
    }
    return "add it under `deployments`";
}

void check_candidates(const Node& route_node, const Route& route, LoadContext& context) {
    if (!context.complete) return;
    for (const Node* node : MapReader(&route_node).list("candidates")) {
        if (deployment_index(context.config, node->text) || route_index(context.config, node->text)) continue;
        context.problems.add(
            node->mark,
            fmt::format("`routes.{}.candidates`: there is no deployment and no route {}", route.name, shown(*node)),
            unknown_candidate_hint(context.config, node->text));
    }
}

void check_weights(const Node& route_node, const Route& route, LoadContext& context) {
    const Node* weights = MapReader(&route_node).find("weights");
    if (weights == nullptr || !context.complete) return;
    const std::vector<std::string_view> names(route.candidates.begin(), route.candidates.end());
    for (const MapEntry& entry : weights->entries) {
        if (std::ranges::find(names, entry.key) != names.end()) continue;
        context.problems.add(
            entry.key_mark,
            fmt::format("`routes.{}.weights`: there is no candidate \"{}\"", route.name, shown_key(entry.key)),
            did_you_mean(entry.key, names));
    }
    const bool some = route.weights.size() < names.size() ||
                      std::ranges::any_of(route.weights, [](const auto& weight) { return weight.second > 0; });
    if (!some) context.problems.add(weights->mark, fmt::format("`routes.{}.weights`: all are 0", route.name));
}

/// Replaces routes among the candidates by their deployments, and finds routes that lead back to themselves. Iterative
/// over an own stack, because a chain of routes may be as long as the file.
class Resolver {
public:
    explicit Resolver(LoadContext& context)
        : context_(context), routes_(context.config.routes), states_(routes_.size(), State::fresh) {}

    void resolve_all() {
        for (std::size_t i = 0; i < routes_.size(); ++i) {
            if (states_[i] == State::fresh) resolve(i);
        }
    }

private:
    enum class State : std::uint8_t { fresh, open, done };
    struct Frame {
        std::size_t route;
        std::size_t next = 0;
    };

    void resolve(std::size_t start) {
        stack_.push_back({start});
        states_[start] = State::open;
        while (!stack_.empty()) {
            Frame& frame = stack_.back();
            Route& route = routes_[frame.route];
            if (frame.next == route.candidates.size()) {
                states_[frame.route] = State::done;
                stack_.pop_back();
                continue;
            }
            step(frame, route);
        }
    }

    /// Handles one candidate. A fresh route is resolved first; the candidate is then seen again.
    void step(Frame& frame, Route& route) {
        const std::string& name = route.candidates[frame.next];
        if (const auto deployment = deployment_index(context_.config, name)) {
            append(route, *deployment);
            ++frame.next;
            return;
        }
        const auto target = route_index(context_.config, name);
        if (target && states_[*target] == State::fresh) {
            states_[*target] = State::open;
            stack_.push_back({*target});
            return;
        }
        if (target && states_[*target] == State::open) report_cycle(*target);
        if (target && states_[*target] == State::done) {
            for (const std::size_t index : routes_[*target].deployments) append(route, index);
        }
        ++frame.next;
    }

    static void append(Route& route, std::size_t deployment) {
        if (std::ranges::find(route.deployments, deployment) == route.deployments.end())
            route.deployments.push_back(deployment);
    }

    void report_cycle(std::size_t target) {
        std::string text;
        bool inside = false;
        for (const Frame& frame : stack_) {
            inside = inside || frame.route == target;
            if (inside) text += routes_[frame.route].name + " -> ";
        }
        context_.problems.add(routes_[target].mark,
                              fmt::format("routes lead in a circle: {}{}", text, routes_[target].name),
                              "name a deployment in place of one of these routes");
    }

    LoadContext& context_;
    std::vector<Route>& routes_;
    std::vector<State> states_;
    std::vector<Frame> stack_;
};

Route read_route(const MapEntry& entry, LoadContext& context) {
    Route route{.name = entry.key, .policies = context.config.defaults, .mark = entry.key_mark};
    if (entry.value->broken) return route;
    const MapReader section(entry.value);
    for (const Node* candidate : section.list("candidates")) route.candidates.push_back(candidate->text);
    route.weights = section.numbers("weights");
    read_policies(section, "routes." + entry.key, route.policies, context);
    return route;
}

}  // namespace

void read_routes(MapReader routes, MapReader defaults, LoadContext& context) {
    if (defaults.node() != nullptr) read_policies(defaults, "defaults", context.config.defaults, context);
    if (routes.node() != nullptr) {
        for (const MapEntry& entry : routes.node()->entries)
            context.config.routes.push_back(read_route(entry, context));
        for (std::size_t i = 0; i < routes.node()->entries.size(); ++i) {
            const Node& node = *routes.node()->entries[i].value;
            if (node.broken) continue;
            check_candidates(node, context.config.routes[i], context);
            check_weights(node, context.config.routes[i], context);
        }
        Resolver(context).resolve_all();
    }
    add_deployment_routes(context.config);
}

void add_deployment_routes(Config& config) {
    for (std::size_t i = 0; i < config.deployments.size(); ++i) {
        const Deployment& deployment = config.deployments[i];
        if (config.route(deployment.name) != nullptr) continue;
        config.routes.push_back({.name = deployment.name,
                                 .candidates = {deployment.name},
                                 .deployments = {i},
                                 .policies = config.defaults,
                                 .mark = deployment.mark});
    }
}

}  // namespace breakwater::config
