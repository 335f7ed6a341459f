#include "messages.hpp"

#include <algorithm>
#include <utility>

#include "../anthropic/answer_shape.hpp"
#include "../anthropic/request.hpp"
#include "../anthropic/server_tools.hpp"
#include "family.hpp"
#include "messages_decoder.hpp"
#include "request.hpp"

namespace breakwater::bedrock {

namespace {

bool has_member(const ChatRequest& request, std::string_view name) {
    return std::ranges::any_of(request.extensions, [name](const auto& member) { return member.first == name; });
}

/// Converse knows functions and its own tools alone, and has no function wait until it is searched for.
bool has_serverless_tool(const ChatRequest& request) {
    JsonReader reader;
    return std::ranges::any_of(request.tools, [&reader](const Tool& tool) {
        return tool.defer_loading ||
               (tool.kind == Tool::Kind::hosted && anthropic::is_serverless_tool(tool.definition, reader));
    });
}

/// Rules by which the service clears the conversation of old results.
bool manages_context(const ChatRequest& request) {
    return has_member(request, "context_management");
}

/// By a member that Converse alone has. Who is guarded is not to lose it because of a tool.
bool is_guarded(const ChatRequest& request) {
    return has_member(request, "guardrailConfig");
}

/// Unless the deployment is pinned to this API, its capability map is Converse's.
bool needs_limits(const ChatRequest& request, const Deployment& deployment) {
    return deployment.facts.api.empty() &&
           (request.response_format.kind == ResponseFormat::Kind::json_schema ||
            std::ranges::any_of(request.tools, [](const Tool& tool) { return tool.strict.value_or(false); }));
}

Deployment limited(const Deployment& deployment) {
    Deployment copy = deployment;
    copy.capabilities.overlay(messages_limits());
    return copy;
}

}  // namespace

bool goes_by_messages(const ChatRequest& request, const Deployment& deployment) {
    if (!deployment.facts.api.empty()) return deployment.facts.api == kInvokeApi;
    return family_of(deployment.model) == Family::claude && !is_guarded(request) &&
           (has_serverless_tool(request) || manages_context(request));
}

// The newest models refuse the members for them, though Converse has them.
Capabilities messages_limits() {
    Capabilities capabilities;
    capabilities.set(Feature::json_schema, Support::emulated);
    capabilities.set(Feature::strict_tools, Support::absent);
    // Converse has no place for who asks.
    for (const Parameter parameter : {Parameter::user, Parameter::safety_identifier})
        capabilities.rule(parameter).support = Support::native;
    return capabilities;
}

Result<HttpRequest> encode_messages(const ChatRequest& request, const EncodeContext& context,
                                    const Endpoint& endpoint) {
    if (is_guarded(request)) {
        return std::unexpected(Error(ErrorKind::unsupported_parameter,
                                     "guardrailConfig is a member of Bedrock's Converse API, and this deployment has "
                                     "`api: invoke`. Ask a deployment without it.",
                                     "guardrailConfig"));
    }
    const anthropic::Endpoint place{.place = anthropic::Place::bedrock,
                                    .first_party = false,
                                    .serial_calls = !is_claude_3(context.deployment.model)};
    Result<std::string> body;
    if (needs_limits(request, context.deployment)) {
        const Deployment deployment = limited(context.deployment);
        body = anthropic::encode_body(request,
                                      {.deployment = deployment,
                                       .credential = context.credential,
                                       .mode = context.mode,
                                       .adapted = context.adapted},
                                      place);
    } else {
        body = anthropic::encode_body(request, context, place);
    }
    if (!body) return std::unexpected(std::move(body.error()));
    HttpRequest http{.method = "POST", .target = invoke_target(context.deployment.model, request.stream)};
    http.body = std::move(*body);
    write_headers(http, context, endpoint, request.stream ? kEventStream : kJson);
    return http;
}

std::unique_ptr<ResponseDecoder> make_messages_decoder(const ChatRequest& request, const Deployment& deployment) {
    return std::make_unique<MessagesDecoder>(needs_limits(request, deployment)
                                                 ? anthropic::answer_shape(request, limited(deployment))
                                                 : anthropic::answer_shape(request, deployment));
}

}  // namespace breakwater::bedrock
