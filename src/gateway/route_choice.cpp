#include "route_choice.hpp"

#include <algorithm>
#include <array>

#include "auth.hpp"
#include "breakwater/base/strings.hpp"
#include "breakwater/routing/candidate_choice.hpp"
#include "file_owner.hpp"
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
bool may_wish(const Operation& operation, const Headers& headers) {
    return operation.may_wish() || std::ranges::any_of(headers.fields(), [](const Headers::Field& field) {
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
std::vector<std::string> models_of(const Snapshot& snapshot, const std::string& model, const RouteWish& wish) {
    std::vector<std::string> models;
    if (snapshot.route(model) != nullptr || model.find(',') == std::string::npos) {
        models.push_back(model);
    } else {
        for (const std::string_view each : split(model, ',')) {
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

bool serves_all(const Snapshot::Resolved& route, ModelMode mode) {
    if (mode == ModelMode::chat) return route.chats;
    return std::ranges::all_of(route.candidates, [mode](const Deployment* each) { return each->serves(mode); });
}

/// The route of a request that wishes for nothing, when it is a plain list that the client may use.
std::optional<Snapshot::Resolved> plain_route(const RouteChoiceContext& context, const Operation& operation) {
    if (!operation.files_of().empty()) return std::nullopt;
    if (context.key != nullptr && !context.key->constraints.empty()) return std::nullopt;
    auto resolved = context.snapshot.resolve(operation.model());
    if (!resolved || resolved->chooses || !serves_all(*resolved, operation.mode())) return std::nullopt;
    if (!may_use(context.key, resolved->route_name)) return std::nullopt;
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
Result<Gathered> gather_all(const RouteChoiceContext& context, ModelMode mode) {
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
    std::erase_if(gathered.candidates, [mode](const Candidate& each) { return !each.deployment->is_for(mode); });
    if (gathered.candidates.empty())
        return fail(ErrorKind::model_not_found, "There is no deployment for `auto`.", "model");
    return gathered;
}

std::string_view path_for(ModelMode mode) noexcept {
    switch (mode) {
        case ModelMode::chat:
            return "POST /v1/chat/completions";
        case ModelMode::completion:
            return "POST /v1/completions";
        case ModelMode::embedding:
            return "POST /v1/embeddings";
        case ModelMode::rerank:
            return "POST /v1/rerank";
        case ModelMode::moderation:
            return "POST /v1/moderations";
        case ModelMode::image:
            return "POST /v1/images/generations";
        case ModelMode::speech:
            return "POST /v1/audio/speech";
        case ModelMode::realtime:
            return "a WebSocket to /v1/realtime, or for Google's Live API";
        case ModelMode::transcription:
            return "POST /v1/audio/transcriptions";
    }
    return "";
}

/// Nobody of the candidates does what is asked: says what they are for.
Error serves_other(std::string_view model, const Deployment& one, ModelMode asked) {
    const ModelMode mode = one.facts.mode;
    return {ErrorKind::model_not_found,
            "The model " + sanitise_provider_text(model, 100) + " is for " + std::string(path_for(mode)) +
                ", not for " + std::string(path_for(asked)) + ".",
            "model"};
}

Result<Gathered> gather(const RouteChoiceContext& context, const std::vector<std::string>& models, ModelMode mode) {
    if (models.empty() || models.size() > kModelsMax) {
        return fail(ErrorKind::invalid_request, "model: expected the names of 1 to 32 models", "model");
    }
    if (models.size() == 1 && models.front() == kAuto && context.snapshot.route(kAuto) == nullptr)
        return gather_all(context, mode);
    Gathered gathered;
    for (const std::string& model : models) {
        auto route = find_route(context, model);
        if (!route) return std::unexpected(std::move(route.error()));
        gathered.add(*route);
        if (&model == &models.front()) gathered.lead = std::move(*route);
    }
    const Deployment& first = *gathered.candidates.front().deployment;
    std::erase_if(gathered.candidates, [mode](const Candidate& each) { return !each.deployment->serves(mode); });
    if (gathered.candidates.empty()) return std::unexpected(serves_other(models.front(), first, mode));
    return gathered;
}

/// Files that a request names are with one provider only.
Result<void> keep_owner_only(Gathered& gathered, const Operation& operation) {
    const std::string_view owner = operation.files_of();
    if (owner.empty()) return {};
    std::erase_if(gathered.candidates, [owner](const Candidate& each) { return each.deployment->provider != owner; });
    if (!gathered.candidates.empty()) return {};
    return fail(ErrorKind::invalid_request,
                "The files of this request are kept by provider " + std::string(owner) +
                    ", and none of the deployments behind the model `" +
                    sanitise_provider_text(operation.model(), 100) +
                    "` is one of its. Name a model of that provider, or upload the files to the one that has the "
                    "model.",
                "model");
}

Result<Snapshot::Resolved> choose(const RouteChoiceContext& context, const Operation& operation, const RouteWish& wish,
                                  std::string_view session, std::unique_ptr<const RouteDecision>& decision) {
    auto gathered = gather(context, models_of(context.snapshot, operation.model(), wish), operation.mode());
    if (!gathered) return std::unexpected(std::move(gathered.error()));
    if (auto kept = keep_owner_only(*gathered, operation); !kept) return std::unexpected(std::move(kept.error()));
    Snapshot::Resolved& lead = gathered->lead;
    const config::Policies& policies = *lead.policies;
    config::Constraints constraints = wish.constraints;
    if (context.key != nullptr) constraints.narrow(context.key->constraints);
    const RequestNeeds needs = operation.needs();
    ChoiceTerms terms{.needs = needs, .constraints = constraints, .prefer = wish.prefer.value_or(policies.prefer)};
    terms.first = wish.first;
    terms.capabilities = policies.adapt != config::AdaptMode::drop;
    if (policies.affinity.value_or(terms.prefer.objective == config::Objective::cost)) {
        terms.conversation = operation.conversation(session);
    }
    CandidateChoice choice =
        choose_candidates(gathered->candidates, terms, context.knowledge, context.now, context.rng);

    const auto owned = std::make_shared<Owned>();
    owned->parts = std::move(gathered->parts);
    for (const KeptCandidate& kept : choice.kept) owned->order.push_back(kept.deployment);
    if (!wish.alternatives && !owned->order.empty()) owned->order.resize(1);
    Boxed<Error> nobody;
    if (choice.kept.empty()) nobody = no_candidate_left(choice);
    auto made = std::make_unique<RouteDecision>(make_decision(std::move(choice), terms, wish.alternatives));
    made->keeps = owned;
    decision = std::move(made);
    if (nobody) return std::unexpected(std::move(*nobody));
    lead.candidates = owned->order;
    lead.ad_hoc = owned;
    return std::move(lead);
}

}  // namespace

Result<Snapshot::Resolved> choose_route(const RouteChoiceContext& context, Operation& operation,
                                        std::unique_ptr<const RouteDecision>& decision) {
    if (const std::string_view owner = operation.files_of(); !owner.empty()) {
        if (auto good = check_named_files(context.snapshot, context.key, owner); !good)
            return std::unexpected(std::move(good.error()));
    }
    if (!may_wish(operation, context.headers)) {
        if (auto plain = plain_route(context, operation)) return std::move(*plain);
    }
    RouteWish wish;
    std::string_view session;
    if (auto taken = operation.take_wish(context.reader, wish); !taken)
        return std::unexpected(std::move(taken.error()));
    if (auto read = read_headers(context.headers, wish, session); !read)
        return std::unexpected(std::move(read.error()));
    if (wish.empty()) {
        if (auto plain = plain_route(context, operation)) return std::move(*plain);
    }
    return choose(context, operation, wish, session, decision);
}

std::unique_ptr<const RouteDecision> describe_list(const RouteChoiceContext& context, const Operation& operation,
                                                   const Snapshot::Resolved& route) {
    std::vector<Candidate> candidates;
    for (const Deployment* deployment : route.candidates) candidates.push_back({.deployment = deployment});
    const RequestNeeds needs = operation.needs();
    const ChoiceTerms terms{.needs = needs, .constraints = route.policies->constraints};
    return std::make_unique<RouteDecision>(
        make_decision(keep_all(candidates, terms, context.knowledge, context.now), terms, true));
}

}  // namespace breakwater
