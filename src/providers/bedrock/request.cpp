#include "request.hpp"

#include <algorithm>

#include "account.hpp"
#include "breakwater/base/strings.hpp"
#include "content.hpp"
#include "extra_fields.hpp"
#include "inference.hpp"
#include "plan.hpp"
#include "sigv4.hpp"

namespace breakwater::bedrock {

namespace {

constexpr std::string_view kService = "bedrock";

/// Room for what the client's body does not have, so that a body is written without growing.
constexpr std::size_t kAddedBytes = 512;

// Members of Converse that no canonical field holds; clients that know this provider may send them.
bool is_own_member(std::string_view name) {
    static constexpr std::string_view kNames[] = {"guardrailConfig", "performanceConfig", "promptVariables",
                                                  "additionalModelResponseFieldPaths"};
    return std::ranges::find(kNames, name) != std::end(kNames);
}

void refuse_what_cannot_be_said(const ChatRequest& request, EncodeNotes& notes) {
    if (request.n.value_or(1) > 1) notes.lose("n", "Bedrock gives one answer per request.");
    if (request.logprobs.value_or(false)) notes.lose("logprobs", "Bedrock gives no log probabilities.");
    if (request.top_logprobs.value_or(0) > 0) notes.lose("top_logprobs", "Bedrock gives no log probabilities.");
    if (std::ranges::find(request.modalities, "audio") != request.modalities.end())
        notes.lose("modalities", "Bedrock answers in text only.");
    if (!request.web_search_options.empty())
        notes.lose("web_search_options", "Bedrock searches the web by tools of its own only.");
}

void write_extensions(JsonWriter& writer, const ChatRequest& request, Family family, EncodeNotes& notes) {
    for (const auto& [name, value] : request.extensions) {
        if (is_own_member(name)) {
            writer.raw_field(name, value);
        } else if (name != kExtraFields && !(name == kBetaMember && family == Family::claude)) {
            notes.change(name, AdaptAction::dropped);
        }
    }
}

void write_output_format(JsonWriter& writer, const ResponseFormat& format, const StructuredOutput& output) {
    if (output.shape != StructuredOutput::Shape::native) return;
    writer.key("outputConfig").begin_object().key("textFormat").begin_object().field("type", "json_schema");
    writer.key("structure").begin_object().key("jsonSchema").begin_object();
    writer.field("schema", output.schema);  // as a string
    if (!format.name.empty()) writer.field("name", format.name);
    if (!format.description.empty()) writer.field("description", format.description);
    writer.end_object().end_object().end_object().end_object();
}

std::string join_instructions(const RequestPlan& plan) {
    std::string text = plan.output.instruction;
    if (!text.empty() && !plan.tools.instruction.empty()) text += "\n\n";
    return text + plan.tools.instruction;
}

std::string write_body(const ChatRequest& request, RequestPlan& plan, EncodeNotes& notes) {
    const std::size_t dropped_in_tools =
        limit_cache_control(plan.conversation, plan.tools.cache_points(), false, notes);
    std::string body;
    body.reserve(request.body_bytes + kAddedBytes);
    JsonWriter writer(body);
    writer.begin_object();
    ContentWriter content(writer, plan.names, traits_of(plan.family), notes);
    content.system(plan.conversation.system, join_instructions(plan));
    content.messages(plan.conversation.turns);
    write_tools(writer, plan.tools, dropped_in_tools);
    write_inference(writer, request, plan, notes);
    write_output_format(writer, request.response_format, plan.output);
    write_extra_fields(writer, request, plan, notes);
    write_account_fields(writer, request, notes);
    write_extensions(writer, request, plan.family, notes);
    writer.end_object();
    return body;
}

// A model id is one segment, whatever colons and slashes it holds.
std::string target_of(std::string_view model, std::string_view call) {
    return "/model/" + percent_encode(model) + std::string(call);
}

}  // namespace

std::string invoke_target(std::string_view model, bool stream) {
    return target_of(model, stream ? "/invoke-with-response-stream" : "/invoke");
}

void write_headers(HttpRequest& http, const EncodeContext& context, const Endpoint& endpoint, std::string_view accept) {
    http.headers.add("content-type", kJson);
    http.headers.add("accept", accept);
    http.headers.add("user-agent", "breakwater");
    for (const auto& [name, value] : endpoint.headers) http.headers.set(name, value);
    if (!context.credential.empty()) {
        http.headers.set("authorization", "Bearer " + std::string(context.credential.reveal()));
    } else if (context.aws != nullptr && !context.aws->access_key_id.empty()) {
        const std::string path = endpoint.path_prefix + http.target;
        sign(http.headers,
             {.method = http.method,
              .host = endpoint.host,
              .path = path,
              .content_type = http.headers.get("content-type"),
              .body = http.body,
              .time = context.now},
             *context.aws, {.region = endpoint.region, .service = kService});
    }
}

Result<HttpRequest> encode_request(const ChatRequest& request, const EncodeContext& context, const Endpoint& endpoint) {
    EncodeNotes notes(context.mode, context.adapted);
    refuse_what_cannot_be_said(request, notes);
    RequestPlan plan = plan_request(request, context.deployment, notes);
    HttpRequest http{.method = "POST",
                     .target = target_of(context.deployment.model, request.stream ? "/converse-stream" : "/converse")};
    http.body = write_body(request, plan, notes);
    if (notes.refusal()) return std::unexpected(*notes.refusal());
    write_headers(http, context, endpoint, request.stream ? kEventStream : kJson);
    return http;
}

}  // namespace breakwater::bedrock
