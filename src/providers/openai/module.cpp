#include "module.hpp"

#include "../shared/api_target.hpp"
#include "../shared/live_setup.hpp"
#include "../shared/told_format.hpp"
#include "../shared/unfenced_answer.hpp"
#include "breakwater/providers/openai.hpp"
#include "completions.hpp"
#include "decoder.hpp"
#include "embeddings.hpp"
#include "image_edits.hpp"
#include "images.hpp"
#include "moderations.hpp"
#include "realtime.hpp"
#include "request.hpp"
#include "rerank.hpp"
#include "speech.hpp"
#include "splice.hpp"
#include "transcription.hpp"

namespace breakwater {
namespace {

/// Room for what the client's body does not have, so that a body is written without growing.
constexpr std::size_t kAddedBytes = 512;
/// Room for the header fields that are the same for every request and the credential.
constexpr std::size_t kUsualHeaderBytes = 384;

class OpenaiProvider final : public Provider {
public:
    explicit OpenaiProvider(const config::Provider& provider)
        : quirks_(quirks_of(provider)),
          target_(provider, "/chat/completions"),
          completions_target_(provider, "/completions"),
          embeddings_target_(provider, "/embeddings"),
          rerank_target_(provider, "/rerank"),
          moderations_target_(provider, "/moderations"),
          images_target_(provider, "/images/generations"),
          edits_target_(provider, "/images/edits"),
          speech_target_(provider, "/audio/speech"),
          transcriptions_target_(provider, "/audio/transcriptions"),
          translations_target_(provider, "/audio/translations"),
          realtime_target_(provider, "/realtime"),
          plays_sessions_(provider.dialect == "sim"),
          own_headers_(provider.headers),
          whole_headers_(fixed_headers("application/json", provider)),
          stream_headers_(fixed_headers("text/event-stream", provider)) {}

    [[nodiscard]] Result<HttpRequest> encode(const ChatRequest& request, const EncodeContext& context) const override {
        const bool completion = request.completion.asked && completes(context.deployment);
        const ApiTarget& target = completion ? completions_target_ : target_;
        // One value is made and returned, so that it is never moved on its way out.
        Result<HttpRequest> made;
        HttpRequest& upstream = *made;
        upstream.method = "POST";
        upstream.target = target.of(context.deployment.model);
        upstream.body.reserve(request.body_bytes - openai::long_messages_bytes(request) + kAddedBytes);
        EncodeNotes notes(context.mode, context.adapted);
        JsonWriter json(upstream.body);
        const openai::Encoding encoding{
            .request = request, .deployment = context.deployment, .quirks = quirks_, .notes = notes, .json = json};
        std::string_view long_messages;
        if (completion)
            openai::write_completion_body(encoding);
        else
            long_messages = openai::write_body(encoding);
        if (!long_messages.empty()) upstream.tail = openai::tail_of(request, long_messages);
        if (notes.refusal()) {
            made = std::unexpected(*notes.refusal());
            return made;
        }
        const Headers& fixed = request.stream || quirks_.stream_only ? stream_headers_ : whole_headers_;
        upstream.headers.reserve(fixed.size() + 1, kUsualHeaderBytes);
        upstream.headers = fixed;
        add_credential(upstream.headers, context.credential, context.access_token);
        return made;
    }

    [[nodiscard]] std::unique_ptr<ResponseDecoder> make_decoder(const ChatRequest& request,
                                                                const Deployment& deployment) const override {
        std::unique_ptr<ResponseDecoder> decoder = openai::make_decoder(request);
        const bool completion = request.completion.asked && completes(deployment);
        if (completion || !tells_format(request, deployment)) return decoder;
        return make_unfenced_answer(std::move(decoder));
    }

    [[nodiscard]] bool completes(const Deployment& deployment) const noexcept override {
        return deployment.capabilities.feature(Feature::completions) == Support::native;
    }

    Result<void> authorise(Headers& headers, const EncodeContext& context) const override {
        for (const auto& [name, value] : own_headers_) headers.set(name, value);
        add_credential(headers, context.credential, context.access_token);
        return {};
    }

    [[nodiscard]] Result<ProviderCall> embed(const EmbeddingRequest& request,
                                             const EncodeContext& context) const override {
        return complete(openai::encode_embeddings(request, context, quirks_), embeddings_target_, context);
    }
    [[nodiscard]] std::size_t embedding_batch(const Deployment&) const noexcept override {
        return static_cast<std::size_t>(quirks_.embedding_batch);
    }
    [[nodiscard]] Result<ProviderCall> rerank(const RerankRequest& request,
                                              const EncodeContext& context) const override {
        // There is no such path, and the server's answer would say nothing of what is wrong.
        if (quirks_.rerank == config::RerankForm::none) return Provider::rerank(request, context);
        return complete(openai::encode_rerank(request, context, quirks_), rerank_target_, context);
    }
    [[nodiscard]] Result<ProviderCall> moderate(const ModerationRequest& request,
                                                const EncodeContext& context) const override {
        if (!quirks_.moderations) return Provider::moderate(request, context);
        return complete(openai::encode_moderation(request, context, quirks_), moderations_target_, context);
    }
    [[nodiscard]] Result<ProviderCall> draw(const ImageRequest& request, const EncodeContext& context) const override {
        if (!quirks_.images) return Provider::draw(request, context);
        return complete(openai::encode_images(request, context, quirks_), images_target_, context);
    }
    [[nodiscard]] Result<ProviderCall> edit(const ImageEditRequest& request,
                                            const EncodeContext& context) const override {
        if (!quirks_.images || !quirks_.image_edits) return Provider::edit(request, context);
        return complete(openai::encode_image_edit(request, context, quirks_), edits_target_, context);
    }
    [[nodiscard]] Result<ProviderCall> speak(const SpeechRequest& request,
                                             const EncodeContext& context) const override {
        if (!quirks_.speech) return Provider::speak(request, context);
        return complete(openai::encode_speech(request, context, quirks_), speech_target_, context);
    }
    [[nodiscard]] Result<ProviderCall> realtime(const RealtimeRequest& request,
                                                const EncodeContext& context) const override {
        const bool live = request.dialect == SessionDialect::google;
        if (live && !plays_sessions_) return speaks_other_sessions(context, SessionDialect::openai);
        const std::string& model = context.deployment.model;
        ProviderCall call = live ? openai::encode_played_live(request, model)
                                 : openai::encode_realtime(request, realtime_target_, model);
        call.request.headers.add("User-Agent", "breakwater");
        if (auto good = authorise(call.request.headers, context); !good)
            return std::unexpected(std::move(good.error()));
        return call;
    }
    /// A model that is known to chat and hear, such as GPT Audio, is not at the paths for recordings.
    [[nodiscard]] bool passes_forms_on(const Deployment& deployment) const noexcept override {
        return !deployment.known || !deployment.facts.hears();
    }
    [[nodiscard]] Result<ProviderCall> transcribe(const TranscriptionRequest& request,
                                                  const EncodeContext& context) const override {
        if (!passes_forms_on(context.deployment)) return Provider::transcribe(request, context);
        return complete(openai::encode_transcription(request, context),
                        request.translate ? translations_target_ : transcriptions_target_, context);
    }

private:
    /// A call with its body and decoder gets the rest, but for header fields that it has.
    [[nodiscard]] Result<ProviderCall> complete(Result<ProviderCall> call, const ApiTarget& target,
                                                const EncodeContext& context) const {
        if (!call) return call;
        call->request.method = "POST";
        call->request.target = target.of(context.deployment.model);
        const Headers own = std::exchange(call->request.headers, whole_headers_);
        for (const auto& [name, value] : own.fields()) call->request.headers.set(name, value);
        add_credential(call->request.headers, context.credential, context.access_token);
        return call;
    }

    /// Those that are the same for every request.
    static Headers fixed_headers(std::string_view accept, const config::Provider& provider) {
        Headers headers;
        headers.add("Content-Type", "application/json");
        headers.add("Accept", accept);
        headers.add("User-Agent", "breakwater");
        for (const auto& [name, value] : provider.headers) headers.set(name, value);
        return headers;
    }
    static std::string bearer(const Secret& credential) {
        static constexpr std::string_view kScheme = "Bearer ";
        std::string value;
        value.reserve(kScheme.size() + credential.reveal().size());
        value.append(kScheme).append(credential.reveal());
        return value;
    }

    static config::Quirks quirks_of(const config::Provider& provider) {
        config::Quirks quirks = provider.quirks;
        if (is_old_azure(provider)) quirks.stream_options = false;
        return quirks;
    }
    /// Servers on one's own machine often have no key, and a configured header wins. Where keys have a header of their
    /// own, tokens go the usual way.
    void add_credential(Headers& headers, const Secret& credential, bool access_token) const {
        const bool bare = quirks_.key_header == config::KeyHeader::api_key && !access_token;
        const std::string_view name = bare ? "api-key" : "Authorization";
        if (credential.empty() || headers.find(name)) return;
        if (bare)
            headers.add(name, credential.reveal());
        else
            headers.add(name, bearer(credential));
    }

    config::Quirks quirks_;
    ApiTarget target_;
    ApiTarget completions_target_;
    ApiTarget embeddings_target_;
    ApiTarget rerank_target_;
    ApiTarget moderations_target_;
    ApiTarget images_target_;
    ApiTarget edits_target_;
    ApiTarget speech_target_;
    ApiTarget transcriptions_target_;
    ApiTarget translations_target_;
    ApiTarget realtime_target_;
    bool plays_sessions_;  ///< the simulator's are not over a network, and in whichever dialect the client speaks
    std::vector<std::pair<std::string, std::string>> own_headers_;
    Headers whole_headers_;
    Headers stream_headers_;
};

}  // namespace

std::unique_ptr<Provider> make_openai_provider(const config::Provider& provider) {
    return std::make_unique<OpenaiProvider>(provider);
}

Capabilities openai_capabilities() {
    Capabilities capabilities;
    // Only what the dialect itself lacks. What a model or server lacks is said by preset, catalogue and configuration.
    capabilities.set(Feature::prompt_caching, Support::absent);
    capabilities.set(Feature::continuation, Support::absent);
    capabilities.set(Feature::file_url_input, Support::absent);
    capabilities.rule(Parameter::reasoning_budget).support = Support::emulated;
    return capabilities;
}

ProviderModule openai_module() {
    return {.dialect = "openai",
            .vendor = "openai",
            .default_base_url = "https://api.openai.com/v1",
            .key_variable = "OPENAI_API_KEY",
            .needs_key = true,
            .capabilities = &openai_capabilities,
            .make = &make_openai_provider};
}

}  // namespace breakwater
