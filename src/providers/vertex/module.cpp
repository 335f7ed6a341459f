#include "module.hpp"

#include <array>
#include <utility>

#include "../anthropic/module.hpp"
#include "../google/module.hpp"
#include "claude_decoder.hpp"
#include "place.hpp"

namespace breakwater {

namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// A user's own log-in names the project that is to pay.
Headers headers_of(const config::Provider& provider) {
    const config::GoogleAccount& account = provider.google.account;
    Headers headers = provider.headers;
    if (account.kind == config::GoogleAccount::Kind::authorized_user && !account.project.empty())
        headers.emplace_back("x-goog-user-project", account.project);
    return headers;
}

/// Two dialects behind one account: the model says which.
class VertexProvider final : public Provider {
public:
    explicit VertexProvider(const config::Provider& provider)
        : google_(make_google_provider(
              {.vertex_models = vertex::models_path(provider.google, "google"), .headers = headers_of(provider)})),
          anthropic_(make_anthropic_provider({.place = anthropic::Place::vertex,
                                              .models_path = vertex::models_path(provider.google, "anthropic"),
                                              .first_party = false,
                                              .headers = headers_of(provider)})) {}

    [[nodiscard]] Result<HttpRequest> encode(const ChatRequest& request, const EncodeContext& context) const override {
        return of(context.deployment).encode(request, context);
    }
    [[nodiscard]] std::unique_ptr<ResponseDecoder> make_decoder(const ChatRequest& request,
                                                                const Deployment& deployment) const override {
        std::unique_ptr<ResponseDecoder> decoder = of(deployment).make_decoder(request, deployment);
        if (!vertex::is_claude(deployment.model)) return decoder;
        return std::make_unique<vertex::ClaudeDecoder>(std::move(decoder));
    }
    [[nodiscard]] bool speaks(const ChatRequest& request, const Deployment& deployment) const override {
        return of(deployment).speaks(request, deployment);
    }
    [[nodiscard]] Result<ProviderCall> embed(const EmbeddingRequest& request,
                                             const EncodeContext& context) const override {
        return of(context.deployment).embed(request, context);
    }
    [[nodiscard]] std::size_t embedding_batch(const Deployment& deployment) const noexcept override {
        return of(deployment).embedding_batch(deployment);
    }
    [[nodiscard]] Result<ProviderCall> draw(const ImageRequest& request, const EncodeContext& context) const override {
        return of(context.deployment).draw(request, context);
    }
    [[nodiscard]] Result<ProviderCall> edit(const ImageEditRequest& request,
                                            const EncodeContext& context) const override {
        return of(context.deployment).edit(request, context);
    }
    [[nodiscard]] Result<ProviderCall> speak(const SpeechRequest& request,
                                             const EncodeContext& context) const override {
        return of(context.deployment).speak(request, context);
    }
    [[nodiscard]] Result<ProviderCall> realtime(const RealtimeRequest& request,
                                                const EncodeContext& context) const override {
        return of(context.deployment).realtime(request, context);
    }

private:
    [[nodiscard]] const Provider& of(const Deployment& deployment) const noexcept {
        return vertex::is_claude(deployment.model) ? *anthropic_ : *google_;
    }

    std::unique_ptr<Provider> google_;
    std::unique_ptr<Provider> anthropic_;
};

std::unique_ptr<Provider> make_vertex(const config::Provider& provider) {
    return std::make_unique<VertexProvider>(provider);
}

std::string address(const config::Provider& provider) {
    return vertex::location_address(provider.google.project.empty() ? "global" : provider.google.location);
}

Capabilities gemini_capabilities() {
    return google_module().capabilities();
}

Capabilities model_capabilities(std::string_view model) {
    return vertex::is_claude(model) ? anthropic_module().capabilities() : gemini_capabilities();
}

// What Claude models do at their vendor's and not here.
Capabilities limits(const config::Deployment& deployment) {
    Capabilities capabilities;
    if (!vertex::is_claude(deployment.model)) return capabilities;
    capabilities.set(Feature::image_url_input, Support::absent);
    capabilities.set(Feature::file_url_input, Support::absent);
    capabilities.set(Feature::json_schema, Support::emulated);
    capabilities.set(Feature::strict_tools, Support::absent);
    return capabilities;
}

}  // namespace

ProviderModule vertex_module() {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 1> kVendors{{{"claude", "anthropic"}}};
    return {.dialect = "vertex",
            .vendor = "google",
            .default_base_url = "",
            .key_variable = "",
            .needs_key = true,
            .capabilities = gemini_capabilities,
            .make = make_vertex,
            .address = address,
            .google = true,
            .vendors = kVendors,
            .model_capabilities = model_capabilities,
            .limits = limits};
}

}  // namespace breakwater
