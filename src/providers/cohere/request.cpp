#include "request.hpp"

#include <algorithm>

#include "messages.hpp"
#include "plan.hpp"

namespace breakwater::cohere {

namespace {

/// Room for what the client's body does not have, so that a body is written without growing.
constexpr std::size_t kAddedBytes = 512;

// Members of this API that no canonical field holds; clients that know the provider may send them.
bool is_own_member(std::string_view name) {
    static constexpr std::string_view kNames[] = {"citation_options", "safety_mode", "priority"};
    return std::ranges::find(kNames, name) != std::end(kNames);
}

// The capability map has dealt with what a parameter may be; it has no rule for these.
void note_what_cannot_be_said(const ChatRequest& request, EncodeNotes& notes) {
    // Answers may hold several calls, and that cannot be switched off.
    if (request.parallel_tool_calls == false && !request.tools.empty())
        notes.change("parallel_tool_calls", AdaptAction::dropped);
    if (!request.prompt_cache_options.empty()) notes.change("prompt_cache_options", AdaptAction::dropped);
    if (!request.sampling.logit_bias.empty() && request.sampling.logit_bias != "{}")
        notes.change("logit_bias", AdaptAction::dropped);
    for (const auto& [name, value] : request.extensions) {
        if (!is_own_member(name) && name != kDocumentsMember) notes.change(name, AdaptAction::dropped);
    }
}

void write_sampling(JsonWriter& writer, const ChatRequest& request) {
    const Sampling& sampling = request.sampling;
    if (request.max_tokens) writer.field("max_tokens", *request.max_tokens);
    if (sampling.temperature) writer.field("temperature", *sampling.temperature);
    if (sampling.top_p) writer.field("p", *sampling.top_p);
    if (sampling.top_k) writer.field("k", *sampling.top_k);
    if (sampling.frequency_penalty) writer.field("frequency_penalty", *sampling.frequency_penalty);
    if (sampling.presence_penalty) writer.field("presence_penalty", *sampling.presence_penalty);
    if (sampling.seed) writer.field("seed", *sampling.seed);
    if (request.logprobs.value_or(false)) writer.field("logprobs", true);
    if (sampling.stop.empty()) return;
    writer.key("stop_sequences").begin_array();
    for (const std::string& stop : sampling.stop) writer.string(stop);
    writer.end_array();
}

std::string write_body(const ChatRequest& request, const EncodeContext& context, EncodeNotes& notes) {
    const RequestPlan plan = plan_request(request, context.deployment, notes);
    std::string body;
    body.reserve(request.body_bytes + kAddedBytes);
    JsonWriter writer(body);
    writer.begin_object().field("model", context.deployment.model).field("stream", request.stream);
    MessageWriter(writer, context.deployment, plan.names, notes).write(request.messages, plan.instruction);
    write_documents(writer, request, plan.documents, notes);
    write_tools(writer, plan.tools);
    write_response_format(writer, plan.output);
    write_thinking(writer, plan.thinking);
    write_sampling(writer, request);
    for (const auto& [name, value] : request.extensions) {
        if (is_own_member(name)) writer.raw_field(name, value);
    }
    note_what_cannot_be_said(request, notes);
    writer.end_object();
    return body;
}

}  // namespace

void add_access(Headers& headers, const EncodeContext& context,
                const std::vector<std::pair<std::string, std::string>>& configured) {
    if (!context.credential.empty()) {
        headers.add("authorization", "Bearer " + std::string(context.credential.reveal()));
    }
    for (const auto& [name, value] : configured) headers.set(name, value);
}

Result<HttpRequest> encode_request(const ChatRequest& request, const EncodeContext& context,
                                   const std::vector<std::pair<std::string, std::string>>& headers) {
    EncodeNotes notes(context.mode, context.adapted);
    HttpRequest http{.method = "POST", .target = "/v2/chat"};
    http.body = write_body(request, context, notes);
    if (notes.refusal()) return std::unexpected(*notes.refusal());
    http.headers.add("content-type", "application/json");
    http.headers.add("accept", request.stream ? "text/event-stream" : "application/json");
    http.headers.add("user-agent", "breakwater");
    add_access(http.headers, context, headers);
    return http;
}

}  // namespace breakwater::cohere
