#include "request.hpp"

#include <algorithm>

#include "../shared/extensions.hpp"
#include "messages.hpp"
#include "options.hpp"
#include "plan.hpp"
#include "thinking.hpp"

namespace breakwater::ollama {

namespace {

/// Room for what the client's body does not have, so that a body is written without growing.
constexpr std::size_t kAddedBytes = 512;

// Members of this API that no canonical field holds; clients that know the server may send them.
bool is_own_member(std::string_view name) {
    static constexpr std::string_view kNames[] = {"keep_alive", "truncate", "shift"};
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
        if (!is_own_member(name) && !is_option(name) && name != kOptionsMember && name != kThinkMember)
            notes.change(name, AdaptAction::dropped);
    }
}

void write_tools(JsonWriter& writer, const std::vector<OfferedTool>& tools) {
    if (tools.empty()) return;
    writer.key("tools").begin_array();
    for (const OfferedTool& offered : tools) {
        writer.begin_object().field("type", "function").key("function").begin_object();
        writer.field("name", offered.tool->name);
        if (!offered.tool->description.empty()) writer.field("description", offered.tool->description);
        writer.raw_field("parameters", offered.parameters).end_object().end_object();
    }
    writer.end_array();
}

void write_extensions(JsonWriter& writer, const ChatRequest& request) {
    for (const auto& [name, value] : request.extensions) {
        if (is_own_member(name) && value != "null") writer.raw_field(name, value);
    }
    // A prompt that does not fit is cut from its front by the server, and an answer that does not fit pushes the prompt
    // out of the window; neither is told to anybody unless it is forbidden.
    if (find_extension(request, "truncate") == nullptr) writer.field("truncate", false);
    if (find_extension(request, "shift") == nullptr) writer.field("shift", false);
}

std::string write_body(const ChatRequest& request, const EncodeContext& context, EncodeNotes& notes) {
    const RequestPlan plan = plan_request(request, context.deployment, notes);
    std::string body;
    body.reserve(request.body_bytes + kAddedBytes);
    JsonWriter writer(body);
    // The server streams unless it is told not to.
    writer.begin_object().field("model", context.deployment.model).field("stream", request.stream);
    MessageWriter(writer, notes).write(request.messages, plan.instruction);
    write_tools(writer, plan.tools);
    if (!plan.format.empty()) writer.raw_field("format", plan.format);
    if (const JsonText* think = find_extension(request, kThinkMember)) {
        writer.raw_field(kThinkMember, *think);
    } else {
        write_think(writer, request, notes);
    }
    write_options(writer, request, context.deployment, notes);
    if (request.logprobs.value_or(false)) {
        writer.field("logprobs", true);
        if (request.top_logprobs) writer.field("top_logprobs", *request.top_logprobs);
    }
    write_extensions(writer, request);
    note_what_cannot_be_said(request, notes);
    writer.end_object();
    return body;
}

}  // namespace

void add_access(Headers& headers, const EncodeContext& context,
                const std::vector<std::pair<std::string, std::string>>& configured) {
    // Only the vendor's own service has keys.
    if (!context.credential.empty()) {
        headers.add("authorization", "Bearer " + std::string(context.credential.reveal()));
    }
    for (const auto& [name, value] : configured) headers.set(name, value);
}

Result<HttpRequest> encode_request(const ChatRequest& request, const EncodeContext& context,
                                   const std::vector<std::pair<std::string, std::string>>& headers) {
    EncodeNotes notes(context.mode, context.adapted);
    HttpRequest http{.method = "POST", .target = "/api/chat"};
    http.body = write_body(request, context, notes);
    if (notes.refusal()) return std::unexpected(*notes.refusal());
    http.headers.add("content-type", "application/json");
    http.headers.add("accept", request.stream ? "application/x-ndjson" : "application/json");
    http.headers.add("user-agent", "breakwater");
    add_access(http.headers, context, headers);
    return http;
}

}  // namespace breakwater::ollama
