#include "route_choice.hpp"

#include <algorithm>
#include <array>

#include "auth.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/ingress/route_wish.hpp"
#include "breakwater/routing/candidate_choice.hpp"
#include "request_headers.hpp"

namespace breakwater {
namespace {

constexpr std::string_view kHeaderPrefix = "x-breakwater-";
constexpr std::string_view kAuto = "auto";
constexpr std::size_t kModelsMax = 32;

bool is_own_header(std::string_view name) noexcept {
    return name.size() > kHeaderPrefix.size() && istarts_with(name, kHeaderPrefix);
}

/// Whether there is something that a wish could be in.
bool may_wish(const ChatRequest& request, const Headers& headers) {
    return !request.extensions.empty() || std::ranges::any_of(headers.fields(), [](const Headers::Field& field) {
        return is_own_header(field.first);
    });
}

Result<void> read_headers(const Headers& headers, RouteWish& wish, std::string_view& session) {
    for (const auto& [name, value] : headers.fields()) {
        if (!is_own_header(name)) continue;
        const std::string word = to_lower(name.substr(kHeaderPrefix.size()));
        if (word == "session") session = value;
        const auto part = wish_part_from(word);
        if (!part) continue;
        if (const auto expected = add_wish_list(wish, *part, value)) {
            const std::string field = std::string(kHeaderPrefix) + word;
            return fail(ErrorKind::invalid_request,
                        field + ": expected " + *expected + "; got \"" + sanitise_provider_text(value, 100) + "\"",
                        field);
        }
    }
    return {};
}

/// The models that the request names: `a,b,c` is a list unless a route has that very name, and more may follow.
std::vector<std::string> models_of(const Snapshot& snapshot, const ChatRequest& request, const RouteWish& wish) {
    std::vector<std::string> models;
    if (snapshot.route(request.model) != nullptr || request.model.find(',') == std::string::npos) {
        models.push_back(request.model);
    } else {
        for (const std::string_view each : split(request.model, ',')) {
            const std::string_view name = trim(each);
            if (!name.empty()) models.emplace_back(name);
        }
    }
    models.insert(models.end(), wish.models.begin(), wish.models.end());
    return models;
}

Result<Snapshot::Resolved> find_route(const RouteChoiceContext& context, std::string_view model) {
    auto resolved = context.snapshot.resolve(model);
    if (!resolved) return std::unexpected(model_not_found(context.snapshot, model));
    if (!may_use(context.key, resolved->route_name)) {
        return fail(ErrorKind::forbidden,
                    "This API key may not use the model " + std::string(resolved->route_name) + ".", "model");
    }
    return std::move(*resolved);
}

/// The route of a request that wishes for nothing, when it is a plain list that the client may use.
std::optional<Snapshot::Resolved> plain_route(const RouteChoiceContext& context, std::string_view model) {
    if (context.key != nullptr && !context.key->constraints.empty()) return std::nullopt;
    auto resolved = context.snapshot.resolve(model);
    if (!resolved || resolved->chooses || !may_use(context.key, resolved->route_name)) return std::nullopt;
    return resolved;
}

/// What the plan borrows and no snapshot owns.
struct Owned {
    std::vector<std::shared_ptr<const void>> parts;
    std::vector<const Deployment*> order;
};

/// The candidates of one or more routes.
struct Gathered {
    Snapshot::Resolved lead;  ///< whose policies hold
    std::vector<Candidate> candidates;
    std::vector<std::shared_ptr<const void>> parts;

    void add(const Snapshot::Resolved& route) {
        for (std::size_t i = 0; i < route.candidates.size(); ++i) {
            const double weight = i < route.weights.size() ? route.weights[i] : 1;
            candidates.push_back({route.candidates[i], weight, &route.policies->constraints});
        }
        if (route.ad_hoc) parts.push_back(route.ad_hoc);
    }
};

/// `auto`: every deployment that one of the key's routes leads to, with that route's constraints.
Result<Gathered> gather_all(const RouteChoiceContext& context) {
    const Snapshot& snapshot = context.snapshot;
    Gathered gathered;
    gathered.lead = {.route_name = kAuto,
                     .candidates = {},
                     .policies = &snapshot.config().defaults,
                     .route_index = snapshot.routes().size()};
    const bool all = context.key == nullptr || context.key->routes.empty();
    for (const RouteEntry& route : snapshot.routes()) {
        if (all ? !route.of_deployment : !may_use(context.key, route.name)) continue;
        gathered.add(*snapshot.resolve(route.name));
    }
    std::erase_if(gathered.candidates,
                  [](const Candidate& each) { return each.deployment->facts.mode != ModelMode::chat; });
    if (gathered.candidates.empty())
        return fail(ErrorKind::model_not_found, "There is no deployment for `auto`.", "model");
    return gathered;
}

Result<Gathered> gather(const RouteChoiceContext& context, const std::vector<std::string>& models) {
    if (models.empty() || models.size() > kModelsMax) {
        return fail(ErrorKind::invalid_request, "model: expected the names of 1 to 32 models", "model");
    }
    if (models.size() == 1 && models.front() == kAuto && context.snapshot.route(kAuto) == nullptr)
        return gather_all(context);
    Gathered gathered;
    for (const std::string& model : models) {
        auto route = find_route(context, model);
        if (!route) return std::unexpected(std::move(route.error()));
        gathered.add(*route);
        if (&model == &models.front()) gathered.lead = std::move(*route);
    }
    return gathered;
}

std::string describe(const CandidateChoice& choice, const config::Preference& prefer) {
    return "prefer=" + std::string(to_string(prefer.objective)) + "; chosen=" + choice.kept.front().deployment->name +
           "; candidates=" + std::to_string(choice.kept.size()) + "; removed=" + std::to_string(choice.removed.size());
}

Result<Snapshot::Resolved> choose(const RouteChoiceContext& context, const ChatRequest& request, const RouteWish& wish,
                                  std::string_view session, std::string& decision) {
    auto gathered = gather(context, models_of(context.snapshot, request, wish));
    if (!gathered) return std::unexpected(std::move(gathered.error()));
    Snapshot::Resolved& lead = gathered->lead;
    const config::Policies& policies = *lead.policies;
    config::Constraints constraints = wish.constraints;
    if (context.key != nullptr) constraints.narrow(context.key->constraints);
    const RequestNeeds needs = needs_of(request);
    ChoiceTerms terms{.needs = needs, .constraints = constraints, .prefer = wish.prefer.value_or(policies.prefer)};
    terms.first = wish.first;
    terms.capabilities = policies.adapt != config::AdaptMode::drop;
    if (policies.affinity.value_or(terms.prefer.objective == config::Objective::cost)) {
        terms.conversation = conversation_of(request, session);
    }
    auto choice = choose_candidates(gathered->candidates, terms, context.knowledge, context.now, context.rng);
    if (!choice) return std::unexpected(std::move(choice.error()));
    if (!wish.alternatives) choice->kept.resize(1);
    decision = describe(*choice, terms.prefer);

    const auto owned = std::make_shared<Owned>();
    owned->parts = std::move(gathered->parts);
    for (const KeptCandidate& kept : choice->kept) owned->order.push_back(kept.deployment);
    lead.candidates = owned->order;
    lead.ad_hoc = owned;
    return std::move(lead);
}

}  // namespace

Result<Snapshot::Resolved> choose_route(const RouteChoiceContext& context, ChatRequest& request,
                                        std::string& decision) {
    if (!may_wish(request, context.headers)) {
        if (auto plain = plain_route(context, request.model)) return std::move(*plain);
    }
    RouteWish wish;
    std::string_view session;
    if (auto taken = take_route_wish(request, context.reader, wish); !taken)
        return std::unexpected(std::move(taken.error()));
    if (auto read = read_headers(context.headers, wish, session); !read)
        return std::unexpected(std::move(read.error()));
    if (wish.empty()) {
        if (auto plain = plain_route(context, request.model)) return std::move(*plain);
    }
    return choose(context, request, wish, session, decision);
}

}  // namespace breakwater
