#include "operation_request.hpp"

#include <algorithm>

namespace breakwater {

std::optional<std::int64_t> wanted_dimensions(const EmbeddingRequest& request, const EncodeContext& context,
                                              EncodeNotes& notes) {
    const Deployment& deployment = context.deployment;
    if (!request.dimensions || deployment.capabilities.supports(Feature::dimensions)) return request.dimensions;
    const auto& own = deployment.facts.embedding_dimensions;
    if (own == request.dimensions) return std::nullopt;
    std::string message = "The vectors of " + deployment.model + " have one length only";
    if (own) message += ": " + std::to_string(*own);
    notes.lose("dimensions", message + ".");
    return std::nullopt;
}

void refuse_tokens(const EmbeddingRequest& request, EncodeNotes& notes) {
    const bool tokens = std::ranges::any_of(request.inputs, [](const auto& input) { return !input.tokens.empty(); });
    if (!tokens) return;
    notes.reject(
        {ErrorKind::unsupported_parameter,
         "This provider embeds texts, not lists of token ids: send the text. OpenAI's LangChain client does so "
         "with check_embedding_ctx_length=False.",
         "input"});
}

void drop_extensions(const std::vector<std::pair<std::string, JsonText>>& extensions,
                     std::span<const std::string_view> known, EncodeNotes& notes) {
    for (const auto& [name, value] : extensions) {
        if (std::ranges::find(known, name) == known.end()) notes.change(name, AdaptAction::dropped);
    }
}

void write_extensions(JsonWriter& json, const std::vector<std::pair<std::string, JsonText>>& extensions,
                      std::span<const std::string_view> known) {
    for (const auto& [name, value] : extensions) {
        if (std::ranges::find(known, name) != known.end()) json.raw_field(name, value);
    }
}

std::string_view cohere_input_type(const EmbeddingRequest& request) noexcept {
    const std::string& type = request.input_type;
    if (type.empty() || type == "document" || type == "passage") return "search_document";
    return type == "query" ? std::string_view("search_query") : std::string_view(type);
}

HttpRequest json_post(std::string target) {
    HttpRequest http{.method = "POST", .target = std::move(target)};
    http.headers.add("content-type", "application/json");
    http.headers.add("accept", "application/json");
    http.headers.add("user-agent", "breakwater");
    return http;
}

std::int64_t estimated_tokens(const EmbeddingRequest& request) noexcept {
    constexpr std::size_t kBytesPerToken = 4;
    std::size_t tokens = 0;
    for (const EmbeddingInput& input : request.inputs)
        tokens += (input.text.size() + kBytesPerToken - 1) / kBytesPerToken;
    return static_cast<std::int64_t>(tokens);
}

}  // namespace breakwater
