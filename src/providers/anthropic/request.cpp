#include "request.hpp"

#include <algorithm>

#include "../shared/instructions.hpp"
#include "../shared/noted_members.hpp"
#include "account.hpp"
#include "beta.hpp"
#include "breakwater/base/strings.hpp"
#include "cache_scope.hpp"
#include "content.hpp"
#include "plan.hpp"
#include "sampling.hpp"
#include "sent_text.hpp"

namespace breakwater::anthropic {

namespace {

// Members of the Messages API that no canonical field holds; clients that know this provider may send them.
bool is_own_member(std::string_view name) {
    static constexpr std::string_view kNames[] = {"cache_control", "container",   "context_management",
                                                  "inference_geo", "mcp_servers", "speed"};
    return std::ranges::find(kNames, name) != std::end(kNames);
}

void refuse_what_cannot_be_said(const ChatRequest& request, EncodeNotes& notes) {
    if (request.n.value_or(1) > 1) notes.lose("n", "The Messages API gives one answer per request.");
    if (request.logprobs.value_or(false)) notes.lose("logprobs", "The Messages API gives no log probabilities.");
    if (request.top_logprobs.value_or(0) > 0)
        notes.lose("top_logprobs", "The Messages API gives no log probabilities.");
    if (std::ranges::find(request.modalities, "audio") != request.modalities.end()) {
        notes.lose("modalities", "The Messages API answers in text only.");
    }
}

constexpr std::string_view kVersionMember = "anthropic_version";

/// What stands for the model where that is in the path.
std::string_view version_at(Place place) noexcept {
    switch (place) {
        case Place::messages_api:
            break;
        case Place::vertex:
            return "vertex-2023-10-16";
        case Place::bedrock:
            return "bedrock-2023-05-31";
    }
    return {};
}

/// Where the service has the search for tools only as a beta.
constexpr std::string_view kToolSearchBeta = "tool-search-tool-2025-10-19";
constexpr std::string_view kCacheScopeBeta = "prompt-caching-scope-";

bool searches_tools(const ChatRequest& request) {
    return std::ranges::any_of(request.tools, [](const Tool& tool) {
        return tool.defer_loading ||
               (tool.kind == Tool::Kind::hosted && tool.definition.find("\"tool_search_tool_") != std::string::npos);
    });
}

/// Where they are no header. One of a member that is not sent either is refused there.
void write_betas(JsonWriter& writer, const ChatRequest& request, const Conversation& conversation, EncodeNotes& notes) {
    std::vector<std::string> flags =
        betas(request, conversation, false, searches_tools(request) ? kToolSearchBeta : std::string_view());
    const auto is_scope = [](const std::string& flag) { return flag.starts_with(kCacheScopeBeta); };
    if (std::erase_if(flags, is_scope) > 0) notes.record(std::string(kBetaMember), AdaptAction::dropped);
    if (flags.empty()) return;
    writer.key(kBetaMember).begin_array();
    for (const std::string& flag : flags) writer.string(flag);
    writer.end_array();
}

// Bedrock refuses bodies with members that it does not know.
bool takes_member(std::string_view name, Place place, bool spoken) {
    return place == Place::bedrock ? name == "context_management" : spoken || is_own_member(name);
}

void write_extensions(JsonWriter& writer, const ChatRequest& request, Place place, EncodeNotes& notes) {
    for (const auto& [name, value] : request.extensions) {
        const bool spoken = request.dialect == ClientDialect::anthropic_messages;
        if (name == kBetaMember || (spoken && name == kVersionMember)) continue;  // we say those ourselves
        if (takes_member(name, place, spoken)) {
            writer.raw_field(name, value);
        } else {
            notes.change(name, AdaptAction::dropped);
        }
    }
}

void write_output_config(JsonWriter& writer, const RequestPlan& plan) {
    const bool has_format = plan.output.shape == StructuredOutput::Shape::native;
    if (plan.thinking.effort.empty() && !has_format) return;
    writer.key("output_config").begin_object();
    if (!plan.thinking.effort.empty()) writer.field("effort", plan.thinking.effort);
    if (has_format) {
        writer.key("format")
            .begin_object()
            .field("type", "json_schema")
            .raw_field("schema", plan.output.schema)
            .end_object();
    }
    writer.end_object();
}

bool has_automatic_breakpoint(const ChatRequest& request) {
    return std::ranges::any_of(request.extensions, [](const auto& member) { return member.first == "cache_control"; });
}

/// Room for what the client's body does not have, so that a body is written without growing.
constexpr std::size_t kAddedBytes = 512;

void write_conversation(JsonWriter& writer, const RequestPlan& plan, const SentMembers& sent, EncodeNotes& notes) {
    ContentWriter content(writer, plan.names, notes);
    if (sent.system.empty()) {
        content.system(plan.conversation.system, join_instructions(plan.output.instruction, plan.choice.instruction));
    } else {
        writer.raw_field("system", sent.system);
    }
    if (sent.messages.empty()) {
        content.messages(plan.conversation.turns);
    } else {
        writer.raw_field("messages", sent.messages);
    }
}

std::string write_body(const ChatRequest& request, const EncodeContext& context, RequestPlan& plan,
                       const Endpoint& endpoint, EncodeNotes& notes) {
    const bool bedrock = endpoint.place == Place::bedrock;
    const ScopedHints scoped = bedrock ? drop_cache_scopes(plan) : ScopedHints{};
    if (scoped.any()) notes.record("cache_control.scope", AdaptAction::dropped);
    const std::size_t dropped_in_tools =
        limit_cache_control(plan.conversation, plan.tools.breakpoints(), has_automatic_breakpoint(request), notes);
    std::string body;
    body.reserve(request.body_bytes + kAddedBytes);
    JsonWriter writer(body);
    writer.begin_object();
    const bool messages_api = endpoint.place == Place::messages_api;
    if (messages_api) {
        writer.field("model", context.deployment.model);
    } else {
        writer.field(kVersionMember, version_at(endpoint.place));
    }
    writer.field("max_tokens", plan.thinking.max_tokens);
    // Bedrock has the stream in the path, and refuses members that it does not know.
    if (request.stream && !bedrock) writer.field("stream", true);
    if (bedrock) write_betas(writer, request, plan.conversation, notes);
    SentMembers sent = sent_members(request, context.deployment, plan, messages_api);
    if (bedrock) sent.tools = {};
    if (scoped.system) sent.system = {};
    if (scoped.messages) sent.messages = {};
    const bool spoken = request.dialect == ClientDialect::anthropic_messages;
    if (spoken && sent.messages.empty()) drop_noted_members(request, "messages[", notes);
    write_conversation(writer, plan, sent, notes);
    if (sent.tools.empty()) {
        if (spoken) drop_noted_members(request, "tools[", notes);
        write_tools(writer, plan.tools, dropped_in_tools, endpoint.first_party && request.stream);
    } else {
        writer.raw_field("tools", sent.tools);
    }
    write_tool_choice(writer, plan.choice);
    write_thinking(writer, plan.thinking);
    write_output_config(writer, plan);
    write_sampling(writer, request, plan.thinking.on, notes);
    write_account_fields(writer, request, messages_api, notes);
    write_extensions(writer, request, endpoint.place, notes);
    writer.end_object();
    return body;
}

// Tokens of a subscription log-in are sent another way than API keys.
bool is_oauth_token(std::string_view credential) {
    return credential.starts_with("sk-ant-oat");
}

void add_credential(Headers& headers, const EncodeContext& context) {
    const std::string_view credential = context.credential.reveal();
    if (is_oauth_token(credential) || context.access_token) {
        headers.add("authorization", "Bearer " + std::string(credential));
    } else if (!credential.empty()) {
        headers.add("x-api-key", std::string(credential));
    }
}

Headers write_headers(const ChatRequest& request, const EncodeContext& context, const RequestPlan& plan,
                      const Endpoint& endpoint) {
    Headers headers;
    const bool oauth = is_oauth_token(context.credential.reveal());
    add_credential(headers, context);
    if (endpoint.place == Place::messages_api) headers.add("anthropic-version", "2023-06-01");
    headers.add("content-type", "application/json");
    headers.add("accept", request.stream ? "text/event-stream" : "application/json");
    headers.add("user-agent", "breakwater");
    for (const auto& [name, value] : endpoint.headers) headers.set(name, value);
    // Betas of the configuration and of the request add up.
    const std::string beta = join(betas(request, plan.conversation, oauth, headers.get(kBetaHeader)), ",");
    if (!beta.empty()) headers.set(kBetaHeader, beta);
    return headers;
}

// Vertex AI has the model in the path, where the `@` before a version's date stays as it is.
std::string target(const ChatRequest& request, const Deployment& deployment, const Endpoint& endpoint) {
    if (endpoint.place != Place::vertex) return "/v1/messages";
    std::string path = endpoint.models_path;
    const std::string_view model = deployment.model;
    const std::size_t at = std::min(model.find('@'), model.size());
    path += percent_encode(model.substr(0, at));
    if (at < model.size()) path.append("@").append(percent_encode(model.substr(at + 1)));
    return path + (request.stream ? ":streamRawPredict" : ":rawPredict");
}

/// Whether the client's own body goes on. What planning it changes and refuses is of no concern then.
bool passed_on(const ChatRequest& request, const Deployment& deployment, const Endpoint& endpoint, RequestPlan& plan) {
    if (endpoint.place != Place::messages_api || !takes_whole_body(request, deployment)) return false;
    Adaptations unused;
    EncodeNotes notes(config::AdaptMode::adapt, unused);
    plan = plan_request(request, deployment, notes);
    return has_native_format(plan);
}

/// Old models elsewhere refuse the flag, and may then call several tools at once.
void drop_serial_calls(const ChatRequest& request, ToolChoicePlan& choice, EncodeNotes& notes) {
    if (request.parallel_tool_calls == false && choice.disable_parallel)
        notes.change("parallel_tool_calls", AdaptAction::dropped);
    choice.disable_parallel = false;
}

Result<std::string> plan_and_write_body(const ChatRequest& request, const EncodeContext& context,
                                        const Endpoint& endpoint, RequestPlan& plan) {
    EncodeNotes notes(context.mode, context.adapted);
    refuse_what_cannot_be_said(request, notes);
    plan = plan_request(request, context.deployment, notes);
    if (!endpoint.serial_calls) drop_serial_calls(request, plan.choice, notes);
    std::string body = write_body(request, context, plan, endpoint, notes);
    if (notes.refusal()) return std::unexpected(*notes.refusal());
    return body;
}

}  // namespace

Result<std::string> encode_body(const ChatRequest& request, const EncodeContext& context, const Endpoint& endpoint) {
    RequestPlan plan;
    return plan_and_write_body(request, context, endpoint, plan);
}

void add_access(Headers& headers, const EncodeContext& context, const Endpoint& endpoint) {
    Headers configured;
    for (const auto& [name, value] : endpoint.headers) configured.set(name, value);
    const bool oauth = is_oauth_token(context.credential.reveal());
    const std::string beta = join(passed_betas(headers, oauth, configured.get(kBetaHeader)), ",");
    add_credential(headers, context);
    for (const auto& [name, value] : endpoint.headers) headers.set(name, value);
    if (!beta.empty()) headers.set(kBetaHeader, beta);
}

Result<HttpRequest> encode_request(const ChatRequest& request, const EncodeContext& context, const Endpoint& endpoint) {
    RequestPlan own;
    if (passed_on(request, context.deployment, endpoint, own)) {
        HttpRequest http{.method = "POST", .target = target(request, context.deployment, endpoint)};
        http.headers = write_headers(request, context, own, endpoint);
        send_with_model(http, request.sent, context.deployment.model);
        return http;
    }
    Result<std::string> body = plan_and_write_body(request, context, endpoint, own);
    if (!body) return std::unexpected(std::move(body.error()));
    HttpRequest http{.method = "POST", .target = target(request, context.deployment, endpoint)};
    http.headers = write_headers(request, context, own, endpoint);
    http.body = std::move(*body);
    return http;
}

}  // namespace breakwater::anthropic
