#include "module.hpp"

#include "decoder.hpp"
#include "embeddings.hpp"
#include "plan.hpp"
#include "request.hpp"

namespace breakwater {

namespace {

// What the server itself cannot do, and where it needs the encoder's help. What a model lacks is the deployment's.
Capabilities chat_capabilities() {
    Capabilities capabilities;
    for (const Feature feature :
         {Feature::streaming, Feature::system_role, Feature::tools, Feature::parallel_tools, Feature::json_object,
          Feature::json_schema, Feature::image_input, Feature::assistant_prefill}) {
        capabilities.set(feature, Support::native);
    }
    for (const Feature feature : {Feature::tool_choice_required, Feature::tool_choice_named})
        capabilities.set(feature, Support::emulated);
    for (const Feature feature :
         {Feature::continuation, Feature::custom_tools, Feature::strict_tools, Feature::image_url_input,
          Feature::file_url_input, Feature::pdf_input, Feature::audio_input, Feature::audio_output,
          Feature::prompt_caching, Feature::web_search, Feature::prediction}) {
        capabilities.set(feature, Support::absent);
    }
    for (const Parameter parameter :
         {Parameter::logit_bias, Parameter::verbosity, Parameter::service_tier, Parameter::store, Parameter::metadata,
          Parameter::user, Parameter::safety_identifier, Parameter::prompt_cache_key, Parameter::prompt_cache_retention,
          Parameter::moderation}) {
        capabilities.rule(parameter).support = Support::absent;
    }
    capabilities.rule(Parameter::n) = {.support = Support::absent, .essential = true};
    capabilities.rule(Parameter::top_logprobs) = {.support = Support::native, .min = 0, .max = 20};
    capabilities.rule(Parameter::reasoning_budget).support = Support::emulated;  // said as a yes or no
    return capabilities;
}

TextFilter::Kind text_filter(const ChatRequest& request, const Deployment& deployment) {
    const ResponseFormat::Kind kind = request.response_format.kind;
    if (kind == ResponseFormat::Kind::unset || kind == ResponseFormat::Kind::text) return TextFilter::Kind::none;
    Adaptations unused;  // the encoder has told the client already
    EncodeNotes notes(config::AdaptMode::adapt, unused);
    const bool fenced = ollama::plan_request(request, deployment, notes).asks_for_json;
    return fenced ? TextFilter::Kind::fence : TextFilter::Kind::none;
}

class OllamaProvider final : public Provider {
public:
    explicit OllamaProvider(const config::Provider& provider) : headers_(provider.headers) {}

    [[nodiscard]] Result<HttpRequest> encode(const ChatRequest& request, const EncodeContext& context) const override {
        return ollama::encode_request(request, context, headers_);
    }

    [[nodiscard]] std::unique_ptr<ResponseDecoder> make_decoder(const ChatRequest& request,
                                                                const Deployment& deployment) const override {
        return std::make_unique<ollama::Decoder>(text_filter(request, deployment));
    }

    [[nodiscard]] Result<ProviderCall> embed(const EmbeddingRequest& request,
                                             const EncodeContext& context) const override {
        Result<ProviderCall> call = ollama::encode_embeddings(request, context);
        if (call) ollama::add_access(call->request.headers, context, headers_);
        return call;
    }

    Result<void> authorise(Headers& headers, const EncodeContext& context) const override {
        ollama::add_access(headers, context, headers_);
        return {};
    }

private:
    std::vector<std::pair<std::string, std::string>> headers_;
};

std::unique_ptr<Provider> make_ollama(const config::Provider& provider) {
    return std::make_unique<OllamaProvider>(provider);
}

}  // namespace

ProviderModule ollama_module() {
    return {.dialect = "ollama",
            .vendor = "",
            .default_base_url = "http://127.0.0.1:11434",
            .key_variable = "",
            .needs_key = false,
            .capabilities = chat_capabilities,
            .make = make_ollama};
}

}  // namespace breakwater
