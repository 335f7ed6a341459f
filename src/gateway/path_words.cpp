#include "path_words.hpp"

#include <algorithm>
#include <array>

#include "api_path.hpp"

namespace breakwater {

namespace {

constexpr std::array<std::string_view, 9> kMethods{"GET",     "POST", "PUT",   "PATCH",  "DELETE",
                                                   "OPTIONS", "HEAD", "TRACE", "CONNECT"};
constexpr std::string_view kChat = "chat";
constexpr std::string_view kEmbeddings = "embeddings";

PathWords chat_words(const ApiPath& path) {
    const std::string_view dialect = path.ingress->name();
    if (dialect == "anthropic.messages") return {"/v1/messages", kChat};
    if (dialect == "openai.responses") return {"/v1/responses", kChat};
    if (dialect == "openai.completions") return {"/v1/completions", "text_completion"};
    if (!dialect.starts_with("google.")) return {"/v1/chat/completions", kChat};
    return {path.stream ? "/v1beta/models/{model}:streamGenerateContent" : "/v1beta/models/{model}:generateContent",
            kChat};
}

PathWords words_of(const ApiPath& path) {
    const bool google = path.ingress->name().starts_with("google.");
    switch (path.endpoint) {
        case Endpoint::chat:
            return chat_words(path);
        case Endpoint::count_tokens:
            return {google ? "/v1beta/models/{model}:countTokens" : "/v1/messages/count_tokens"};
        case Endpoint::embeddings:
            if (!google) return {"/v1/embeddings", kEmbeddings};
            return {path.embeddings == &google_embedding() ? "/v1beta/models/{model}:embedContent"
                                                           : "/v1beta/models/{model}:batchEmbedContents",
                    kEmbeddings};
        case Endpoint::rerank:
            return {"/v1/rerank", "rerank"};
        case Endpoint::moderations:
            return {"/v1/moderations", "moderation"};
        case Endpoint::images:
            return {"/v1/images/generations", "image_generation"};
        case Endpoint::image_edits:
            return {"/v1/images/edits", "image_edit"};
        case Endpoint::speech:
            return {"/v1/audio/speech", "speech"};
        case Endpoint::transcriptions:
            return {"/v1/audio/transcriptions", "transcription"};
        case Endpoint::translations:
            return {"/v1/audio/translations", "translation"};
        case Endpoint::passthrough:
            return {"/providers/{provider}/{path}", "passthrough"};
        case Endpoint::files:
            return {"/v1/files", "files"};
        case Endpoint::file:
            return {"/v1/files/{id}", "files"};
        case Endpoint::file_content:
            return {"/v1/files/{id}/content", "files"};
        case Endpoint::batches:
            return {"/v1/batches", "batches"};
        case Endpoint::batch:
            return {"/v1/batches/{id}", "batches"};
        case Endpoint::batch_cancel:
            return {"/v1/batches/{id}/cancel", "batches"};
        case Endpoint::message_batches:
            return {"/v1/messages/batches", "batches"};
        case Endpoint::message_batch:
            return {"/v1/messages/batches/{id}", "batches"};
        case Endpoint::message_batch_results:
            return {"/v1/messages/batches/{id}/results", "batches"};
        case Endpoint::message_batch_cancel:
            return {"/v1/messages/batches/{id}/cancel", "batches"};
        case Endpoint::route_plan:
            return {"/v1/route"};
        case Endpoint::models:
            return {google ? "/v1beta/models" : "/v1/models"};
        case Endpoint::model:
            return {google ? "/v1beta/models/{model}" : "/v1/models/{id}"};
        case Endpoint::response:
            return {"/v1/responses/{id}"};
        case Endpoint::response_items:
            return {"/v1/responses/{id}/input_items"};
        case Endpoint::response_cancel:
            return {"/v1/responses/{id}/cancel"};
        case Endpoint::realtime:
            return {"/v1/realtime", "realtime"};
        case Endpoint::live:
            return {"/ws/{service}/BidiGenerateContent", "realtime"};
        case Endpoint::openapi:
            return {"/openapi.json"};
        case Endpoint::probe:
            return {"/"};
        case Endpoint::preflight:
            break;
    }
    return {};
}

}  // namespace

PathWords path_words(std::string_view path) {
    const auto matched = match_api_path(path);
    return matched ? words_of(*matched) : PathWords();
}

std::string_view method_word(std::string_view method) noexcept {
    const auto known = std::ranges::find(kMethods, method);
    return known != kMethods.end() ? *known : "_OTHER";
}

}  // namespace breakwater
