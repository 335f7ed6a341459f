#include "api_path.hpp"

#include <vector>

#include "breakwater/base/strings.hpp"

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

}  // namespace

Result<ApiPath> match_api_path(std::string_view target) {
    // What nearly every request asks for, as the SDKs write it.
    if (target == "/v1/chat/completions") return ApiPath{Endpoint::chat, &openai_chat()};
    auto segments = segments_of(path_of(target));
    if (!segments) return std::unexpected(std::move(segments.error()));
    std::size_t at = 0;
    if (!segments->empty() && segments->front() == "v1") ++at;
    // The version of Cohere's rankings, whose shape they have.
    if (segments->size() == 2 && segments->front() == "v2" && segments->back() == "rerank") ++at;
    const std::size_t left = segments->size() - at;
    if (left == 2 && (*segments)[at] == "chat" && (*segments)[at + 1] == "completions")
        return ApiPath{Endpoint::chat, &openai_chat()};
    if (left == 1 && (*segments)[at] == "completions") return ApiPath{Endpoint::chat, &openai_completions()};
    if (left == 1 && (*segments)[at] == "embeddings") return ApiPath{Endpoint::embeddings, &openai_chat()};
    if (left == 1 && (*segments)[at] == "rerank") return ApiPath{Endpoint::rerank, &openai_chat()};
    if (left == 1 && (*segments)[at] == "models") return ApiPath{Endpoint::models, &openai_chat()};
    if (left >= 2 && (*segments)[at] == "models") {
        // Ids with a slash arrive encoded from some SDKs and plain from others.
        ApiPath path{Endpoint::model, &openai_chat(), (*segments)[at + 1]};
        for (std::size_t i = at + 2; i < segments->size(); ++i) path.model += "/" + (*segments)[i];
        return path;
    }
    return fail(ErrorKind::not_found,
                "There is nothing at this path. Known are POST /v1/chat/completions, POST /v1/completions, POST "
                "/v1/embeddings, POST "
                "/v1/rerank, "
                "GET /v1/models and GET /v1/models/{id}; the base URL of an SDK ends with /v1.");
}

// There is but one dialect yet.
const Ingress& dialect_of(std::string_view /*target*/) noexcept {
    return openai_chat();
}

std::string_view method_of(Endpoint endpoint) noexcept {
    switch (endpoint) {
        case Endpoint::chat:
        case Endpoint::embeddings:
        case Endpoint::rerank:
            return "POST";
        case Endpoint::models:
        case Endpoint::model:
            return "GET";
    }
    return "POST";
}

}  // namespace breakwater
