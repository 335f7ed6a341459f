#include "request.hpp"

#include <algorithm>

#include "../shared/extensions.hpp"
#include "../shared/openai_members.hpp"
#include "../shared/told_format.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "input.hpp"
#include "reasoning.hpp"
#include "text_format.hpp"
#include "tools.hpp"

namespace breakwater::openai_responses {
namespace {

/// Room for what the client's body does not have, so that a body is written without growing.
constexpr std::size_t kAddedBytes = 512;

constexpr std::string_view kSealsInAnswer = "reasoning.encrypted_content";
constexpr std::string_view kLogprobsInAnswer = "message.output_text.logprobs";

template <std::size_t N>
bool is_one_of(std::string_view name, const std::string_view (&names)[N]) {
    return std::ranges::find(names, name) != std::end(names);
}

/// Members of this API that no canonical field holds; clients that know the provider may send them.
bool is_own_member(std::string_view name) {
    static constexpr std::string_view kNames[] = {"truncation", "max_tool_calls"};
    return is_one_of(name, kNames);
}

/// Written at their own place, or read by the gateway itself.
bool is_dealt_with(std::string_view name) {
    static constexpr std::string_view kNames[] = {"include",  "reasoning", "route",     "models",
                                                  "provider", "fallbacks", "breakwater"};
    return is_one_of(name, kNames);
}

/// What is kept at the provider between requests: the next one may go to another.
bool is_state(std::string_view name) {
    static constexpr std::string_view kNames[] = {"previous_response_id", "conversation", "prompt", "background"};
    return is_one_of(name, kNames);
}

void write_extensions(JsonWriter& json, const ChatRequest& request, EncodeNotes& notes) {
    if (request.own && request.dialect == ClientDialect::openai_responses) {
        for (const auto& [name, value] : request.own->members) {
            if (!is_dealt_with(name)) json.raw_field(name, value);
        }
    }
    for (const auto& [name, value] : request.extensions) {
        if (value.empty() || value == "null" || is_dealt_with(name)) continue;
        if (is_own_member(name)) {
            json.raw_field(name, value);
        } else if (is_state(name)) {
            if (value != "false") notes.lose(name, "The gateway keeps no state at providers.");
        } else {
            notes.change(name, AdaptAction::dropped);
        }
    }
}

/// The member `include`: what we need, and what the client asked for itself.
void write_include(JsonWriter& json, const ChatRequest& request, bool seals, EncodeNotes& notes) {
    std::vector<std::string> wanted;
    if (seals) wanted.emplace_back(kSealsInAnswer);
    if (request.logprobs.value_or(false)) wanted.emplace_back(kLogprobsInAnswer);
    if (const JsonText* own = find_member(request, "include")) {
        JsonReader reader;
        const Result<JsonReader::Element> parsed = reader.parse(*own);
        JsonReader::Array list;
        if (!parsed || !parsed->get(list)) {
            return notes.reject(Error(ErrorKind::invalid_request, "include: expected a list.", "include"));
        }
        for (const JsonReader::Element word : list) {
            std::string_view text;
            if (!word.get(text)) continue;
            if (std::ranges::find(wanted, text) == wanted.end()) wanted.emplace_back(text);
        }
    }
    if (wanted.empty()) return;
    json.key("include").begin_array();
    for (const std::string& word : wanted) json.string(word);
    json.end_array();
}

void write_sampling(JsonWriter& json, const ChatRequest& request) {
    if (request.max_tokens) json.field("max_output_tokens", *request.max_tokens);
    if (request.sampling.temperature) json.field("temperature", *request.sampling.temperature);
    if (request.sampling.top_p) json.field("top_p", *request.sampling.top_p);
    if (request.logprobs.value_or(false) && request.top_logprobs) json.field("top_logprobs", *request.top_logprobs);
}

// The capability map has dealt with these where it is as the dialect has it; a file may say otherwise, but there is
// still no word for them.
void note_what_cannot_be_said(const ChatRequest& request, EncodeNotes& notes) {
    const Sampling& sampling = request.sampling;
    if (request.n.value_or(1) > 1) notes.lose("n", "This API gives one answer.");
    if (!sampling.stop.empty()) notes.change("stop", AdaptAction::dropped);
    if (sampling.seed) notes.change("seed", AdaptAction::dropped);
    if (sampling.top_k) notes.change("top_k", AdaptAction::dropped);
    if (sampling.frequency_penalty) notes.change("frequency_penalty", AdaptAction::dropped);
    if (sampling.presence_penalty) notes.change("presence_penalty", AdaptAction::dropped);
    if (!sampling.logit_bias.empty()) notes.change("logit_bias", AdaptAction::dropped);
    if (!request.prediction.empty()) notes.change("prediction", AdaptAction::dropped);
    const auto is_other = [](const std::string& word) { return word != "text"; };
    if (!request.audio.empty() || std::ranges::any_of(request.modalities, is_other)) {
        notes.lose("modalities", "This API's answers are handed on as text only.");
    }
}

/// Fields that no model depends on. Unless the client wants it, nothing is stored: that is the API's default, but not
/// the chat API's.
void write_service(JsonWriter& json, const ChatRequest& request) {
    json.field("store", request.store.value_or(false));
    write_text(json, "service_tier", request.service_tier);
    write_attribution(json, request);
    if (request.stream) json.field("stream", true);
}

std::string write_body(const ChatRequest& request, const EncodeContext& context, EncodeNotes& notes) {
    const Deployment& deployment = context.deployment;
    const ToolNames names = tool_names(request);
    std::string body;
    body.reserve(request.body_bytes + kAddedBytes);
    JsonWriter json(body);
    json.begin_object().field("model", deployment.model);
    InputWriter input(json, deployment.provider, names, notes);
    input.write(request, told_format(request, deployment));
    write_tools(json, request, names, notes);
    write_text_settings(json, request, deployment, notes);
    write_reasoning(json, request, deployment, notes);
    write_sampling(json, request);
    write_include(json, request, input.sealed() || asks_for_seals(request, deployment), notes);
    write_service(json, request);
    write_extensions(json, request, notes);
    json.end_object();
    return body;
}

void add_credential(Headers& headers, const EncodeContext& context, config::KeyHeader form) {
    if (context.credential.empty()) return;
    if (form == config::KeyHeader::api_key && !context.access_token) {
        headers.add("api-key", std::string(context.credential.reveal()));
    } else {
        headers.add("authorization", "Bearer " + std::string(context.credential.reveal()));
    }
}

}  // namespace

Result<HttpRequest> encode_request(const ChatRequest& request, const EncodeContext& context,
                                   const Connection& connection) {
    EncodeNotes notes(context.mode, context.adapted);
    note_what_cannot_be_said(request, notes);
    HttpRequest http{.method = "POST", .target = connection.target.of(context.deployment.model)};
    http.body = write_body(request, context, notes);
    if (notes.refusal()) return std::unexpected(*notes.refusal());
    http.headers.add("content-type", "application/json");
    http.headers.add("accept", request.stream ? "text/event-stream" : "application/json");
    http.headers.add("user-agent", "breakwater");
    add_access(http.headers, context, connection);
    return http;
}

void add_access(Headers& headers, const EncodeContext& context, const Connection& connection) {
    add_credential(headers, context, connection.key_header);
    for (const auto& [name, value] : connection.headers) headers.set(name, value);
}

}  // namespace breakwater::openai_responses
