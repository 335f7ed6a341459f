#include "breakwater/gateway/route_plan.hpp"

#include "breakwater/credentials/token_service.hpp"
#include "breakwater/exchange/upstream_request.hpp"
#include "route_choice.hpp"

namespace breakwater {

namespace {

constexpr std::size_t kShownBytesMax = 1u << 20;    ///< of all bodies that are shown
constexpr std::size_t kEncodedBytesMax = 4u << 20;  ///< of bodies that are made; the worker waits meanwhile

/// Stands for the provider's credential: the request gets the headers that it would have, and there is nothing to hide.
Credential stand_in(const config::Provider& provider) {
    constexpr const char* kText = "stand-in";
    Credential credential;
    switch (credential_origin(provider)) {
        case CredentialOrigin::fixed:
        case CredentialOrigin::api_key_file:
            if (!provider.api_key.empty()) {
                credential.secret = Secret(kText);
            } else if (!provider.aws.keys.access_key_id.empty()) {
                credential.aws = {Secret(kText), Secret(kText), {}};
            }
            break;
        case CredentialOrigin::pool:
            credential.secret = Secret(kText);
            break;
        case CredentialOrigin::aws_profile:
        case CredentialOrigin::aws_role:
            credential.aws = {Secret(kText), Secret(kText), Secret(kText)};
            break;
        case CredentialOrigin::google_service:
        case CredentialOrigin::google_user:
        case CredentialOrigin::entra:
            credential.secret = Secret(kText);
            credential.access_token = true;
            break;
    }
    return credential;
}

/// Writes what would become of the request on each candidate, one after the other.
class CandidatePlans {
public:
    CandidatePlans(const PlanContext& context, const Operation& operation, config::AdaptMode mode, PlanBodies bodies)
        : context_(context), operation_(operation), mode_(mode), bodies_(bodies) {}

    void write(JsonWriter& json, const KeptCandidate& kept) {
        const Deployment& deployment = *kept.deployment;
        json.begin_object().field("deployment", deployment.name);
        json.field("provider", deployment.provider).field("model", deployment.model);
        if (kept.cost) json.field("cost_usd", *kept.cost);
        if (encoded_bytes_ >= kEncodedBytesMax) {
            json.field("left_out", "the bodies of those before are long");
        } else {
            write_request(json, deployment);
        }
        json.end_object();
    }
    /// Why nobody can be asked: what the first candidate lacks. Null when there is somebody.
    [[nodiscard]] Boxed<Error> take_fault() { return possible_ ? Boxed<Error>() : std::move(fault_); }

private:
    void write_request(JsonWriter& json, const Deployment& deployment) {
        const ProviderEntry& entry = *context_.snapshot.provider_of(deployment);
        Adaptations adapted;
        std::unique_ptr<ResponseDecoder> decoder;
        Result<HttpRequest> upstream =
            make_upstream_request(operation_, deployment, *entry.provider, mode_, stand_in(entry.settings),
                                  context_.wall_now, adapted, decoder);
        json.key("adapted").begin_array();
        for (const Adaptation& each : adapted.list())
            json.begin_object().field("field", each.field).field("action", to_string(each.action)).end_object();
        json.end_array();
        if (upstream) return write_upstream(json, std::move(*upstream));
        json.key("error").begin_object().field("code", upstream.error().code_or_default());
        json.field("message", upstream.error().message).end_object();
        if (!fault_) fault_ = std::move(upstream.error());
    }

    void write_upstream(JsonWriter& json, HttpRequest&& upstream) {
        json.key("upstream").begin_object().field("method", upstream.method).field("target", upstream.target);
        json.key("headers").begin_array();
        for (const auto& [name, value] : upstream.headers.fields()) json.string(to_lower(name));
        const std::string body = whole_body(std::move(upstream));
        json.end_array().field("body_bytes", static_cast<std::int64_t>(body.size()));
        encoded_bytes_ += body.size();
        const bool wanted = bodies_ == PlanBodies::all || !std::exchange(possible_, true);
        possible_ = true;
        if (wanted && shown_bytes_ + body.size() <= kShownBytesMax) {
            shown_bytes_ += body.size();
            json.raw_field("body", body);
        }
        json.end_object();
    }

    const PlanContext& context_;
    const Operation& operation_;
    config::AdaptMode mode_;
    PlanBodies bodies_;
    std::size_t encoded_bytes_ = 0;
    std::size_t shown_bytes_ = 0;
    bool possible_ = false;
    Boxed<Error> fault_;
};

}  // namespace

Result<std::string> plan_route(const PlanContext& context, Operation& operation, PlanBodies bodies) {
    const RouteChoiceContext choice{context.snapshot,  context.headers, context.key, context.reader,
                                    context.knowledge, context.now,     context.rng};
    std::unique_ptr<const RouteDecision> decision;
    auto route = choose_route(choice, operation, decision);
    if (!route) return std::unexpected(std::move(route.error()));
    const bool plain = decision == nullptr;
    if (plain) decision = describe_list(choice, operation, *route);

    std::string plan;
    JsonWriter json(plan);
    json.begin_object()
        .field("object", "route.plan")
        .field("model", operation.model())
        .field("route", route->route_name);
    json.field("plain_list", plain).field("deadline_ms", route->policies->timeouts.total.count());
    write_decision(json.key("decision"), *decision);
    json.key("candidates").begin_array();
    CandidatePlans plans(context, operation, route->policies->adapt, bodies);
    for (const KeptCandidate& kept : decision->choice.kept) {
        plans.write(json, kept);
        if (!decision->alternatives) break;
    }
    json.end_array().end_object();
    if (Boxed<Error> fault = plans.take_fault()) return std::unexpected(std::move(*fault));
    return plan;
}

}  // namespace breakwater
