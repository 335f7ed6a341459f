#include "api_path.hpp"

#include <optional>
#include <span>
#include <vector>

#include "breakwater/base/strings.hpp"

namespace breakwater {

namespace {

const Ingress& openai_chat() noexcept {
    static const Ingress& ingress = *find_ingress("openai.chat");
    return ingress;
}

const Ingress& openai_responses() noexcept {
    static const Ingress& ingress = *find_ingress("openai.responses");
    return ingress;
}

Result<std::vector<std::string>> segments_of(std::string_view path) {
    std::vector<std::string> segments;
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

}  // namespace

Result<ApiPath> match_api_path(std::string_view target) {
    // What nearly every request asks for, as the SDKs write it.
    if (target == "/v1/chat/completions") return ApiPath{Endpoint::chat, &openai_chat()};
    auto segments = segments_of(path_of(target));
    if (!segments) return std::unexpected(std::move(segments.error()));
    std::size_t at = 0;
    if (!segments->empty() && segments->front() == "v1") ++at;
    const std::size_t left = segments->size() - at;
    if (left == 2 && (*segments)[at] == "chat" && (*segments)[at + 1] == "completions")
        return ApiPath{Endpoint::chat, &openai_chat()};
    if (left >= 1 && (*segments)[at] == "responses") {
        if (auto path = responses_path(std::span(*segments).subspan(at + 1))) return *path;
    }
    if (left == 1 && (*segments)[at] == "models") return ApiPath{Endpoint::models, &openai_chat()};
    if (left >= 2 && (*segments)[at] == "models") {
        // Ids with a slash arrive encoded from some SDKs and plain from others.
        ApiPath path{Endpoint::model, &openai_chat(), (*segments)[at + 1]};
        for (std::size_t i = at + 2; i < segments->size(); ++i) path.model += "/" + (*segments)[i];
        return path;
    }
    return fail(ErrorKind::not_found,
                "There is nothing at this path. Known are POST /v1/chat/completions, POST /v1/responses, GET "
                "/v1/models and GET /v1/models/{id}; the base URL of an SDK ends with /v1.");
}

// Errors outside a stream are the same in both of OpenAI's dialects.
const Ingress& dialect_of(std::string_view /*target*/) noexcept {
    return openai_chat();
}

std::string_view methods_of(Endpoint endpoint) noexcept {
    switch (endpoint) {
        case Endpoint::chat:
        case Endpoint::response_cancel:
            return "POST";
        case Endpoint::models:
        case Endpoint::model:
        case Endpoint::response_items:
            return "GET";
        case Endpoint::response:
            return "GET, DELETE";
    }
    return "POST";
}

bool takes_method(Endpoint endpoint, std::string_view method) noexcept {
    const std::string_view taken = methods_of(endpoint);
    if (method == taken) return true;
    if (method == "HEAD") return taken.starts_with("GET");
    return endpoint == Endpoint::response && (method == "GET" || method == "DELETE");
}

}  // namespace breakwater
