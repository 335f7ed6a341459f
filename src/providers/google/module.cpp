#include "module.hpp"

#include "decoder.hpp"
#include "embeddings.hpp"
#include "hosted_tools.hpp"
#include "image_edits.hpp"
#include "images.hpp"
#include "live.hpp"
#include "request.hpp"
#include "speech.hpp"
#include "structured_output.hpp"
#include "tools.hpp"
#include "traits.hpp"

namespace breakwater {

namespace {

constexpr std::string_view kBaseUrl = "https://generativelanguage.googleapis.com";

// What generateContent itself cannot do, and where it needs the encoder's help; models narrow it further in the
// catalogue.
Capabilities generate_capabilities() {
    Capabilities capabilities;
    for (const Feature feature :
         {Feature::streaming, Feature::system_role, Feature::tools, Feature::tool_choice_required,
          Feature::tool_choice_named, Feature::json_object, Feature::json_schema, Feature::image_input,
          Feature::image_url_input, Feature::pdf_input, Feature::file_url_input, Feature::audio_input,
          Feature::web_search, Feature::strict_tools}) {
        capabilities.set(feature, Support::native);
    }
    // Calls cannot be limited to one: the decoder keeps the others back.
    capabilities.set(Feature::parallel_tools, Support::emulated);
    for (const Feature feature : {Feature::continuation, Feature::custom_tools, Feature::audio_output,
                                  Feature::prediction, Feature::prompt_caching}) {
        capabilities.set(feature, Support::absent);
    }
    for (const Parameter parameter :
         {Parameter::logit_bias, Parameter::verbosity, Parameter::store, Parameter::metadata,
          Parameter::prompt_cache_key, Parameter::prompt_cache_retention, Parameter::moderation}) {
        capabilities.rule(parameter).support = Support::absent;
    }
    capabilities.rule(Parameter::temperature) = {.support = Support::native, .min = 0, .max = 2};
    capabilities.rule(Parameter::top_p) = {.support = Support::native, .min = 0, .max = 1};
    capabilities.rule(Parameter::stop) = {.support = Support::native, .count_max = 5};
    // The range is open at its upper end.
    for (const Parameter parameter : {Parameter::frequency_penalty, Parameter::presence_penalty})
        capabilities.rule(parameter) = {.support = Support::native, .min = -2, .max = 1.99};
    capabilities.rule(Parameter::n) = {.support = Support::native, .max = 8, .essential = true};
    capabilities.rule(Parameter::logprobs) = {.support = Support::native, .essential = true};
    capabilities.rule(Parameter::top_logprobs) = {.support = Support::native, .max = 20, .essential = true};
    return capabilities;
}

google::AnswerShape answer_shape(const ChatRequest& request, const Deployment& deployment) {
    const bool with_tools = !request.tools.empty() || !request.web_search_options.empty();
    const bool in_words = google::asks_in_words(request, deployment, google::generation_of(deployment), with_tools);
    return {.names = ToolNames(request, google::kToolNameRules),
            .filter = in_words ? TextFilter::Kind::fence : TextFilter::Kind::none,
            .one_call = request.parallel_tool_calls == false,
            .searches = google::asks_for_search(request)};
}

class GoogleProvider final : public Provider {
public:
    explicit GoogleProvider(google::Endpoint endpoint) : endpoint_(std::move(endpoint)) {}

    [[nodiscard]] Result<HttpRequest> encode(const ChatRequest& request, const EncodeContext& context) const override {
        return google::encode_request(request, context, endpoint_);
    }

    [[nodiscard]] std::unique_ptr<ResponseDecoder> make_decoder(const ChatRequest& request,
                                                                const Deployment& deployment) const override {
        return std::make_unique<google::Decoder>(answer_shape(request, deployment));
    }

    [[nodiscard]] bool speaks(const ChatRequest& request, const Deployment& /*deployment*/) const override {
        return request.dialect == ClientDialect::google_generate;
    }

    [[nodiscard]] Result<ProviderCall> embed(const EmbeddingRequest& request,
                                             const EncodeContext& context) const override {
        return google::encode_embeddings(request, context, endpoint_);
    }
    [[nodiscard]] std::size_t embedding_batch(const Deployment& deployment) const noexcept override {
        return google::embedding_batch(deployment, endpoint_);
    }
    [[nodiscard]] Result<ProviderCall> draw(const ImageRequest& request, const EncodeContext& context) const override {
        return google::encode_images(request, context, endpoint_);
    }
    [[nodiscard]] Result<ProviderCall> edit(const ImageEditRequest& request,
                                            const EncodeContext& context) const override {
        return google::encode_image_edit(request, context, endpoint_);
    }
    [[nodiscard]] Result<ProviderCall> speak(const SpeechRequest& request,
                                             const EncodeContext& context) const override {
        return google::encode_speech(request, context, endpoint_);
    }

    [[nodiscard]] Result<ProviderCall> realtime(const RealtimeRequest& request,
                                                const EncodeContext& context) const override {
        return google::encode_live(request, context, endpoint_);
    }

    Result<void> authorise(Headers& headers, const EncodeContext& context) const override {
        google::add_access(headers, context, endpoint_);
        return {};
    }

private:
    google::Endpoint endpoint_;
};

std::unique_ptr<Provider> make_google(const config::Provider& provider) {
    return make_google_provider({.headers = provider.headers});
}

}  // namespace

std::unique_ptr<Provider> make_google_provider(google::Endpoint endpoint) {
    return std::make_unique<GoogleProvider>(std::move(endpoint));
}

ProviderModule google_module() {
    return {.dialect = "google",
            .vendor = "google",
            .default_base_url = kBaseUrl,
            .key_variable = "GEMINI_API_KEY",
            .needs_key = true,
            .capabilities = generate_capabilities,
            .make = make_google};
}

}  // namespace breakwater
