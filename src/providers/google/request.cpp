#include "request.hpp"

#include <algorithm>

#include "breakwater/base/strings.hpp"
#include "content_writer.hpp"
#include "plan.hpp"
#include "sampling.hpp"

namespace breakwater::google {

namespace {

/// Room for what the client's body does not have, so that a body is written without growing.
constexpr std::size_t kAddedBytes = 512;

std::string target(const ChatRequest& request, const Deployment& deployment, const Endpoint& endpoint) {
    // Without alt=sse the stream is one growing list.
    const std::string_view call = request.stream ? ":streamGenerateContent?alt=sse" : ":generateContent";
    return model_target(deployment.model, call, endpoint);
}

bool is_paid_tier(std::string_view tier) {
    return tier == "flex" || tier == "priority";
}

// In the address, where the API takes it too, a key would get into logs.
void add_credential(Headers& headers, const EncodeContext& context) {
    const std::string_view key = context.credential.reveal();
    if (key.empty()) return;
    headers.add(context.access_token ? "authorization" : "x-goog-api-key",
                context.access_token ? "Bearer " + std::string(key) : std::string(key));
}

Headers write_headers(const ChatRequest& request, const EncodeContext& context, const Endpoint& endpoint) {
    Headers headers;
    add_credential(headers, context);
    if (!endpoint.vertex_models.empty() && is_paid_tier(request.service_tier))
        headers.add("x-vertex-ai-llm-shared-request-type", request.service_tier);
    headers.add("content-type", "application/json");
    headers.add("accept", request.stream ? "text/event-stream" : "application/json");
    headers.add("user-agent", "breakwater");
    for (const auto& [name, value] : endpoint.headers) headers.set(name, value);
    return headers;
}

void refuse_what_cannot_be_said(const ChatRequest& request, EncodeNotes& notes) {
    const bool other = std::ranges::any_of(request.modalities, [](const auto& word) { return word != "text"; });
    if (other) notes.lose("modalities", "This provider's answers are handed on as text only.");
}

// None of these changes what the model answers.
void note_what_stays_behind(const ChatRequest& request, EncodeNotes& notes) {
    if (!request.user.empty()) notes.record("user", AdaptAction::dropped);
    if (!request.safety_identifier.empty()) notes.record("safety_identifier", AdaptAction::dropped);
    if (!request.metadata.empty()) notes.change("metadata", AdaptAction::dropped);
    if (request.store.value_or(false)) notes.change("store", AdaptAction::dropped);
    if (!request.verbosity.empty()) notes.change("verbosity", AdaptAction::dropped);
    if (!request.prediction.empty()) notes.change("prediction", AdaptAction::dropped);
    if (!request.prompt_cache_key.empty()) notes.change("prompt_cache_key", AdaptAction::dropped);
    if (!request.prompt_cache_retention.empty()) notes.change("prompt_cache_retention", AdaptAction::dropped);
    if (!request.prompt_cache_options.empty()) notes.change("prompt_cache_options", AdaptAction::dropped);
    if (!request.moderation.empty()) notes.change("moderation", AdaptAction::dropped);
    for (const auto& [name, value] : request.extensions) {
        if (!is_google_member(request, name)) notes.change(name, AdaptAction::dropped);
    }
}

// Vertex AI takes it as a header.
void write_service_tier(JsonWriter& writer, std::string_view tier, bool vertex, EncodeNotes& notes) {
    if (tier.empty() || tier == "auto" || tier == "default") return;
    if (is_paid_tier(tier)) {
        if (!vertex) writer.field("serviceTier", tier);
    } else {
        notes.change("service_tier", AdaptAction::dropped);
    }
}

/// The members of an object of the client's.
void write_more(JsonWriter& writer, const JsonText& object) {
    if (object.empty()) return;
    JsonReader reader;
    const Result<JsonReader::Element> parsed = reader.parse(object);
    JsonReader::Object members;
    if (!parsed || !parsed->get(members)) return;
    for (const auto member : members) writer.raw_field(member.key, to_json(member.value));
}

void write_generation_config(JsonWriter& writer, const ChatRequest& request, const RequestPlan& plan,
                             EncodeNotes& notes) {
    std::string config;
    JsonWriter inner(config);
    inner.begin_object();
    write_sampling(inner, request, notes);
    write_structured_output(inner, plan.output);
    write_thinking(inner, plan.thinking);
    write_more(inner, plan.members.generation_config);
    inner.end_object();
    if (config != "{}") writer.raw_field("generationConfig", config);
}

PartForm part_form(Generation generation, bool vertex) {
    const bool newest = generation == Generation::levels;
    return {.call_ids = newest && !vertex, .signed_calls = newest, .media_results = newest};
}

void write_system(ContentWriter& content, JsonWriter& writer, const RequestPlan& plan) {
    if (plan.splices_system()) {
        writer.raw_field("systemInstruction", plan.splice.system);
    } else {
        content.system(plan.conversation.system, plan.output.instruction);
    }
}

std::string write_body(const ChatRequest& request, const RequestPlan& plan, bool vertex, EncodeNotes& notes) {
    std::string body;
    body.reserve(request.body_bytes + kAddedBytes);
    JsonWriter writer(body);
    writer.begin_object();
    ContentWriter content(writer, plan.names, part_form(plan.generation, vertex), notes);
    // What was cached holds the instructions and the tools, and the API refuses to be told them again.
    const bool cached = !plan.members.cached_content.empty();
    if (!cached) write_system(content, writer, plan);
    if (plan.splice.contents.empty()) {
        content.contents(plan.conversation.contents);
    } else {
        writer.raw_field("contents", plan.splice.contents);
    }
    if (!cached) write_tools(writer, plan.tools, plan.splice.tools, plan.members.retrieval_config);
    write_generation_config(writer, request, plan, notes);
    if (!plan.members.safety_settings.empty()) writer.raw_field("safetySettings", plan.members.safety_settings);
    if (cached) writer.raw_field("cachedContent", plan.members.cached_content);
    for (const auto& [name, value] : plan.members.others) writer.raw_field(name, value);
    write_service_tier(writer, request.service_tier, vertex, notes);
    writer.end_object();
    return body;
}

/// Takes the collection off the name.
std::string_view collection_of(std::string_view& model) {
    static constexpr std::string_view kModels = "models/";
    static constexpr std::string_view kTuned = "tunedModels/";
    const bool tuned = model.starts_with(kTuned);
    if (tuned) model.remove_prefix(kTuned.size());
    if (model.starts_with(kModels)) model.remove_prefix(kModels.size());
    return tuned ? kTuned : kModels;
}

}  // namespace

std::string model_name(std::string_view model) {
    return std::string(collection_of(model)).append(model);
}

std::string model_path(std::string_view model) {
    const std::string_view collection = collection_of(model);
    return std::string(collection) + percent_encode(model);
}

std::string model_target(std::string_view model, std::string_view call, const Endpoint& endpoint) {
    if (!endpoint.vertex_models.empty()) return endpoint.vertex_models + percent_encode(model) + std::string(call);
    return "/v1beta/" + model_path(model) + std::string(call);
}

void add_access(Headers& headers, const EncodeContext& context, const Endpoint& endpoint) {
    add_credential(headers, context);
    for (const auto& [name, value] : endpoint.headers) headers.set(name, value);
}

Result<HttpRequest> encode_request(const ChatRequest& request, const EncodeContext& context, const Endpoint& endpoint) {
    EncodeNotes notes(context.mode, context.adapted);
    refuse_what_cannot_be_said(request, notes);
    note_what_stays_behind(request, notes);
    const RequestPlan plan = plan_request(request, context.deployment, !endpoint.vertex_models.empty(), notes);
    HttpRequest http{.method = "POST", .target = target(request, context.deployment, endpoint)};
    http.headers = write_headers(request, context, endpoint);
    http.body = write_body(request, plan, !endpoint.vertex_models.empty(), notes);
    if (notes.refusal()) return std::unexpected(*notes.refusal());
    return http;
}

}  // namespace breakwater::google
