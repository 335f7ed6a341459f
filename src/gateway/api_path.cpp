#include "api_path.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <vector>

#include "breakwater/base/strings.hpp"
#include "breakwater/ingress/google_generate.hpp"

namespace breakwater {

namespace {

const Ingress& openai_chat() noexcept {
    static const Ingress& ingress = *find_ingress("openai.chat");
    return ingress;
}

const Ingress& openai_completions() noexcept {
    static const Ingress& ingress = *find_ingress("openai.completions");
    return ingress;
}

const Ingress& openai_responses() noexcept {
    static const Ingress& ingress = *find_ingress("openai.responses");
    return ingress;
}

const Ingress& anthropic_messages() noexcept {
    static const Ingress& ingress = *find_ingress("anthropic.messages");
    return ingress;
}

const Ingress& google_generate() noexcept {
    static const Ingress& ingress = *find_ingress("google.generate");
    return ingress;
}

using Segments = std::vector<std::string>;

Result<Segments> segments_of(std::string_view path) {
    Segments segments;
    for (const std::string_view raw : split(path, '/')) {
        if (raw.empty()) continue;
        const auto segment = percent_decode(raw);
        const bool bad = !segment || *segment == "." || *segment == ".." || segment->find('\0') != std::string::npos ||
                         segment->find(';') != std::string::npos || !is_valid_utf8(*segment);
        if (bad)
            return fail(ErrorKind::invalid_request,
                        "The request path holds a dot segment, a `;` or a broken percent escape.");
        segments.push_back(*segment);
    }
    return segments;
}

// An absolute target (http://host/path) was checked against Host before; only its path counts.
std::string_view path_of(std::string_view target) {
    target = target.substr(0, target.find('?'));
    if (const std::size_t scheme = target.find("://"); scheme != std::string_view::npos && !target.starts_with('/')) {
        const std::size_t slash = target.find('/', scheme + 3);
        return slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
    }
    return target;
}

std::string_view query_of(std::string_view target) noexcept {
    const std::size_t mark = target.find('?');
    return mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
}

/// Ids with a slash arrive encoded from some SDKs and plain from others.
std::string joined(std::span<const std::string> segments) {
    std::string id;
    for (const std::string& segment : segments) id += (id.empty() ? "" : "/") + segment;
    return id;
}

constexpr std::array<std::string_view, 4> kGoogleVersions{"v1", "v1beta", "v1alpha", "v1beta1"};

/// Reads the action of `models/NAME:ACTION` into `path`; false for one that there is not.
bool read_action(std::string_view action, std::string_view target, ApiPath& path) {
    if (action == "generateContent") return true;
    if (action == "streamGenerateContent") {
        path.stream = true;
        if (query_parameter(target, "alt") != "sse") path.ingress = &google_generate_array_ingress();
        return true;
    }
    if (action == "embedContent" || action == "batchEmbedContents") {
        path.endpoint = Endpoint::embeddings;
        path.embeddings = action == "embedContent" ? &google_embedding() : &google_embedding_batch();
        return true;
    }
    path.endpoint = Endpoint::count_tokens;
    return action == "countTokens";
}

/// What stands behind the version, and behind the place that clients of Vertex AI name:
/// projects/P/locations/L/publishers/NAME.
std::span<const std::string> google_resource(const Segments& segments) {
    if (segments.empty() || std::ranges::find(kGoogleVersions, segments.front()) == kGoogleVersions.end()) return {};
    const std::span rest = std::span(segments).subspan(1);
    const bool placed = rest.size() > 6 && rest[0] == "projects" && rest[2] == "locations" && rest[4] == "publishers";
    return placed ? rest.subspan(6) : rest;
}

/// `models`, `models/NAME` and `models/NAME:ACTION`, where a name may hold slashes and colons: the last one counts.
/// What is asked with GET is at the same place as OpenAI's below /v1, which is for those.
std::optional<ApiPath> match_google(const Segments& segments, std::string_view target) {
    const std::span<const std::string> resource = google_resource(segments);
    if (resource.empty() || (resource[0] != "models" && resource[0] != "tunedModels")) return std::nullopt;
    const bool shared = segments.front() == "v1";
    if (resource.size() == 1)
        return shared ? std::nullopt : std::optional(ApiPath{Endpoint::models, &google_generate()});
    std::string name = joined(resource.subspan(resource[0] == "models" ? 1 : 0));
    const std::size_t colon = name.rfind(':');
    ApiPath path{Endpoint::chat, &google_generate()};
    if (colon != std::string::npos && colon > 0 &&
        read_action(std::string_view(name).substr(colon + 1), target, path)) {
        name.resize(colon);
        path.model = std::move(name);
        return path;
    }
    if (shared) return std::nullopt;
    return ApiPath{Endpoint::model, &google_generate(), std::move(name)};
}

/// `ws/SERVICE`: realtime sessions of the Gemini API, and of Vertex AI, where the method is a segment of its own.
bool is_live(const Segments& segments) {
    if (segments.size() < 2 || segments[0] != "ws") return false;
    const std::string service = joined(std::span(segments).subspan(1));
    return std::ranges::any_of(kGoogleVersions, [&service](std::string_view version) {
        const std::string words(version);
        return service == "google.ai.generativelanguage." + words + ".GenerativeService.BidiGenerateContent" ||
               service == "google.cloud.aiplatform." + words + ".LlmBidiService/BidiGenerateContent";
    });
}

/// What stands behind /v1/responses.
std::optional<ApiPath> responses_path(std::span<const std::string> rest) {
    if (rest.empty()) return ApiPath{Endpoint::chat, &openai_responses()};
    if (rest.size() == 1) return ApiPath{Endpoint::response, &openai_responses(), rest[0]};
    if (rest.size() == 2 && rest[1] == "input_items")
        return ApiPath{Endpoint::response_items, &openai_responses(), rest[0]};
    if (rest.size() == 2 && rest[1] == "cancel")
        return ApiPath{Endpoint::response_cancel, &openai_responses(), rest[0]};
    return std::nullopt;
}

/// What stands behind /v1/messages.
std::optional<ApiPath> messages_path(std::span<const std::string> rest) {
    if (rest.empty()) return ApiPath{Endpoint::chat, &anthropic_messages()};
    if (rest.size() == 1 && rest[0] == "count_tokens") return ApiPath{Endpoint::count_tokens, &anthropic_messages()};
    if (rest[0] != "batches") return std::nullopt;
    if (rest.size() == 1) return ApiPath{Endpoint::message_batches, &anthropic_messages()};
    if (rest.size() == 2) return ApiPath{Endpoint::message_batch, &anthropic_messages(), rest[1]};
    if (rest.size() == 3 && rest[2] == "results")
        return ApiPath{Endpoint::message_batch_results, &anthropic_messages(), rest[1]};
    if (rest.size() == 3 && rest[2] == "cancel")
        return ApiPath{Endpoint::message_batch_cancel, &anthropic_messages(), rest[1]};
    return std::nullopt;
}

/// What stands behind /v1/audio.
std::optional<ApiPath> audio_path(std::string_view name) {
    if (name == "speech") return ApiPath{Endpoint::speech, &openai_chat()};
    if (name == "transcriptions") return ApiPath{Endpoint::transcriptions, &openai_chat()};
    if (name == "translations") return ApiPath{Endpoint::translations, &openai_chat()};
    return std::nullopt;
}

/// /v1/files and /v1/batches, and what stands behind them.
std::optional<ApiPath> kept_path(std::span<const std::string> segments) {
    const bool files = segments[0] == "files";
    if (segments.size() == 1) return ApiPath{files ? Endpoint::files : Endpoint::batches, &openai_chat()};
    if (segments.size() == 2) return ApiPath{files ? Endpoint::file : Endpoint::batch, &openai_chat(), segments[1]};
    if (segments.size() == 3 && segments[2] == (files ? "content" : "cancel"))
        return ApiPath{files ? Endpoint::file_content : Endpoint::batch_cancel, &openai_chat(), segments[1]};
    return std::nullopt;
}

}  // namespace

std::optional<std::string> find_query_parameter(std::string_view target, std::string_view name) {
    for (const std::string_view pair : split(query_of(target), '&')) {
        const std::size_t sign = pair.find('=');
        if (sign != std::string_view::npos && pair.substr(0, sign) == name)
            return percent_decode(pair.substr(sign + 1));
    }
    return std::nullopt;
}

std::vector<std::pair<std::string, std::string>> query_parameters(std::string_view target) {
    std::vector<std::pair<std::string, std::string>> parameters;
    for (const std::string_view pair : split(query_of(target), '&')) {
        const std::size_t sign = pair.find('=');
        if (sign == std::string_view::npos) continue;
        auto name = percent_decode(pair.substr(0, sign));
        auto value = percent_decode(pair.substr(sign + 1));
        if (name && value) parameters.emplace_back(std::move(*name), std::move(*value));
    }
    return parameters;
}

std::string query_parameter(std::string_view target, std::string_view name) {
    return find_query_parameter(target, name).value_or("");
}

Result<ApiPath> match_api_path(std::string_view target) {
    // What nearly every request asks for, as the SDKs write it.
    if (target == "/v1/chat/completions") return ApiPath{Endpoint::chat, &openai_chat()};
    auto segments = segments_of(path_of(target));
    if (!segments) return std::unexpected(std::move(segments.error()));
    if (segments->empty()) return ApiPath{Endpoint::probe, &openai_chat()};
    if (segments->size() == 1 && segments->front() == "openapi.json") return ApiPath{Endpoint::openapi, &openai_chat()};
    std::size_t at = 0;
    if (segments->front() == "v1") ++at;
    // The version of Cohere's rankings, whose shape they have.
    if (segments->size() == 2 && segments->front() == "v2" && segments->back() == "rerank") ++at;
    const std::size_t left = segments->size() - at;
    if (left == 2 && (*segments)[at] == "chat" && (*segments)[at + 1] == "completions")
        return ApiPath{Endpoint::chat, &openai_chat()};
    if (left > 0 && (*segments)[at] == "messages") {
        if (auto path = messages_path(std::span(*segments).subspan(at + 1))) return std::move(*path);
    }
    if (left == 1 && (*segments)[at] == "route") return ApiPath{Endpoint::route_plan, &openai_chat()};
    if (left >= 1 && (*segments)[at] == "responses") {
        if (auto path = responses_path(std::span(*segments).subspan(at + 1))) return *path;
    }
    if (left == 1 && (*segments)[at] == "completions") return ApiPath{Endpoint::chat, &openai_completions()};
    if (left == 1 && (*segments)[at] == "embeddings") return ApiPath{Endpoint::embeddings, &openai_chat()};
    if (left == 1 && (*segments)[at] == "rerank") return ApiPath{Endpoint::rerank, &openai_chat()};
    if (left == 1 && (*segments)[at] == "moderations") return ApiPath{Endpoint::moderations, &openai_chat()};
    if (left == 2 && (*segments)[at] == "images") {
        if ((*segments)[at + 1] == "generations") return ApiPath{Endpoint::images, &openai_chat()};
        if ((*segments)[at + 1] == "edits") return ApiPath{Endpoint::image_edits, &openai_chat()};
    }
    if (left == 1 && (*segments)[at] == "realtime")
        return ApiPath{Endpoint::realtime, &openai_chat(), query_parameter(target, "model")};
    if (segments->size() > 2 && segments->front() == "providers")
        return ApiPath{Endpoint::passthrough, &openai_chat(), (*segments)[1]};
    if (left == 2 && (*segments)[at] == "audio") {
        if (auto path = audio_path((*segments)[at + 1])) return *path;
    }
    if (left > 0 && ((*segments)[at] == "files" || (*segments)[at] == "batches")) {
        if (auto path = kept_path(std::span(*segments).subspan(at))) return std::move(*path);
    }
    if (left == 1 && (*segments)[at] == "models") return ApiPath{Endpoint::models, &openai_chat()};
    if (is_live(*segments)) return ApiPath{Endpoint::live, &google_generate()};
    if (auto google = match_google(*segments, target)) return std::move(*google);
    if (left >= 2 && (*segments)[at] == "models") {
        return ApiPath{Endpoint::model, &openai_chat(), joined(std::span(*segments).subspan(at + 1))};
    }
    return fail(
        ErrorKind::not_found,
        "There is nothing at this path; GET /openapi.json has all that there is. Known are POST /v1/chat/completions, "
        "/v1/responses, /v1/completions, /v1/embeddings, /v1/rerank, /v1/moderations, /v1/images/generations, "
        "/v1/images/edits, /v1/audio/speech, /v1/audio/transcriptions, /v1/audio/translations and /v1/route, GET "
        "/v1/models and "
        "/v1/models/{id}, /v1/files and /v1/batches, a WebSocket at /v1/realtime, where the base URL of an SDK ends "
        "with /v1; POST /v1/messages and /v1/messages/count_tokens, /v1/messages/batches; POST /v1beta/models/{model} "
        "with :generateContent, "
        ":streamGenerateContent, :countTokens, :embedContent or :batchEmbedContents, GET /v1beta/models and "
        "/v1beta/models/{model}, and a WebSocket at "
        "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent, where it ends with the host; "
        "and /providers/{provider}/... for providers that the "
        "configuration opens.");
}

const Ingress& dialect_of(std::string_view target) {
    if (const auto path = match_api_path(target)) return *path->ingress;
    const std::string_view path = path_of(target);
    const auto is_below = [path](std::string_view place) {
        return path.starts_with(place) && (path.size() == place.size() || path[place.size()] == '/');
    };
    if (path.starts_with("/v1beta") || path.starts_with("/v1alpha") || path.starts_with("/ws/google."))
        return google_generate();
    return is_below("/v1/messages") || is_below("/messages") ? anthropic_messages() : openai_chat();
}

std::string_view methods_of(Endpoint endpoint) noexcept {
    switch (endpoint) {
        case Endpoint::chat:
        case Endpoint::count_tokens:
        case Endpoint::route_plan:
        case Endpoint::response_cancel:
        case Endpoint::embeddings:
        case Endpoint::rerank:
        case Endpoint::moderations:
        case Endpoint::images:
        case Endpoint::image_edits:
        case Endpoint::speech:
        case Endpoint::transcriptions:
        case Endpoint::translations:
        case Endpoint::batch_cancel:
        case Endpoint::message_batch_cancel:
            return "POST";
        case Endpoint::models:
        case Endpoint::model:
        case Endpoint::response_items:
        case Endpoint::openapi:
        case Endpoint::probe:
        case Endpoint::realtime:
        case Endpoint::live:
        case Endpoint::file_content:
        case Endpoint::batch:
        case Endpoint::message_batch_results:
            return "GET";
        case Endpoint::response:
        case Endpoint::file:
        case Endpoint::message_batch:
            return "GET, DELETE";
        case Endpoint::preflight:
            return "OPTIONS";
        case Endpoint::files:
        case Endpoint::batches:
        case Endpoint::message_batches:
            return "GET, POST";
        case Endpoint::passthrough:
            return "GET, POST, PUT, PATCH, DELETE";
    }
    return "POST";
}

bool is_about_models(Endpoint endpoint) noexcept {
    return endpoint == Endpoint::models || endpoint == Endpoint::model;
}

bool is_shared(Endpoint endpoint) noexcept {
    return is_about_models(endpoint) || endpoint == Endpoint::files || endpoint == Endpoint::file ||
           endpoint == Endpoint::file_content;
}

bool is_public(Endpoint endpoint) noexcept {
    return endpoint == Endpoint::openapi || endpoint == Endpoint::probe;
}

bool takes_method(Endpoint endpoint, std::string_view method) noexcept {
    const std::string_view taken = methods_of(endpoint);
    if (method == taken) return true;
    if (method == "HEAD") return taken.starts_with("GET") && endpoint != Endpoint::passthrough;
    return std::ranges::any_of(split(taken, ','), [method](std::string_view each) { return trim(each) == method; });
}

}  // namespace breakwater
