#include "module.hpp"

#include "decoder.hpp"
#include "embeddings.hpp"
#include "plan.hpp"
#include "request.hpp"
#include "rerank.hpp"

namespace breakwater {

namespace {

// What the Chat API itself cannot do, and where it needs the encoder's help; models narrow it further in the catalogue.
Capabilities chat_capabilities() {
    Capabilities capabilities;
    for (const Feature feature :
         {Feature::streaming, Feature::system_role, Feature::tools, Feature::parallel_tools,
          Feature::tool_choice_required, Feature::tool_choice_named, Feature::strict_tools, Feature::json_object,
          Feature::json_schema, Feature::image_input, Feature::image_url_input}) {
        capabilities.set(feature, Support::native);
    }
    // A trailing assistant turn is not gone on with; the encoder asks the model to continue instead.
    capabilities.set(Feature::assistant_prefill, Support::emulated);
    for (const Feature feature : {Feature::continuation, Feature::custom_tools, Feature::pdf_input,
                                  Feature::file_url_input, Feature::audio_input, Feature::audio_output,
                                  Feature::prompt_caching, Feature::web_search, Feature::prediction}) {
        capabilities.set(feature, Support::absent);
    }
    for (const Parameter parameter :
         {Parameter::logit_bias, Parameter::verbosity, Parameter::service_tier, Parameter::store, Parameter::metadata,
          Parameter::user, Parameter::safety_identifier, Parameter::prompt_cache_key, Parameter::prompt_cache_retention,
          Parameter::moderation}) {
        capabilities.rule(parameter).support = Support::absent;
    }
    for (const Parameter parameter : {Parameter::n, Parameter::top_logprobs}) {
        capabilities.rule(parameter) = {.support = Support::absent, .essential = true};
    }
    capabilities.rule(Parameter::temperature) = {.support = Support::native, .min = 0, .max = 1};
    capabilities.rule(Parameter::top_p) = {.support = Support::native, .min = 0.01, .max = 0.99};
    capabilities.rule(Parameter::top_k) = {.support = Support::native, .min = 0, .max = 500};
    capabilities.rule(Parameter::seed) = {.support = Support::native, .min = 0};
    capabilities.rule(Parameter::stop) = {.support = Support::native, .count_max = 5};
    // Most models take one of the two: frequency stays.
    capabilities.rule(Parameter::frequency_penalty) = {
        .support = Support::native, .min = 0, .max = 1, .excludes = {"presence_penalty"}};
    capabilities.rule(Parameter::presence_penalty) = {.support = Support::native, .min = 0, .max = 1};
    capabilities.rule(Parameter::reasoning_effort).support = Support::emulated;  // said as a token budget
    capabilities.rule(Parameter::reasoning_budget) = {.support = Support::native, .min = 1};
    return capabilities;
}

cohere::AnswerShape answer_shape(const ChatRequest& request, const Deployment& deployment) {
    const ResponseFormat::Kind kind = request.response_format.kind;
    if (kind == ResponseFormat::Kind::unset || kind == ResponseFormat::Kind::text)
        return {.names = ToolNames(request, {.length_max = cohere::kToolNameMax})};

    Adaptations unused;  // the encoder has told the client already
    EncodeNotes notes(config::AdaptMode::adapt, unused);
    cohere::RequestPlan plan = cohere::plan_request(request, deployment, notes);
    cohere::AnswerShape shape{.names = std::move(plan.names)};
    if (plan.output.shape == cohere::StructuredOutput::Shape::instruction) shape.filter = TextFilter::Kind::fence;
    return shape;
}

class CohereProvider final : public Provider {
public:
    explicit CohereProvider(const config::Provider& provider) : headers_(provider.headers) {}

    [[nodiscard]] Result<HttpRequest> encode(const ChatRequest& request, const EncodeContext& context) const override {
        return cohere::encode_request(request, context, headers_);
    }

    [[nodiscard]] std::unique_ptr<ResponseDecoder> make_decoder(const ChatRequest& request,
                                                                const Deployment& deployment) const override {
        return std::make_unique<cohere::Decoder>(answer_shape(request, deployment));
    }

    [[nodiscard]] Result<ProviderCall> embed(const EmbeddingRequest& request,
                                             const EncodeContext& context) const override {
        return authorised(cohere::encode_embeddings(request, context), context);
    }
    [[nodiscard]] std::size_t embedding_batch(const Deployment&) const noexcept override {
        return cohere::kEmbeddingBatch;
    }
    [[nodiscard]] Result<ProviderCall> rerank(const RerankRequest& request,
                                              const EncodeContext& context) const override {
        return authorised(cohere::encode_rerank(request, context), context);
    }

    Result<void> authorise(Headers& headers, const EncodeContext& context) const override {
        cohere::add_access(headers, context, headers_);
        return {};
    }

private:
    [[nodiscard]] Result<ProviderCall> authorised(Result<ProviderCall> call, const EncodeContext& context) const {
        if (call) cohere::add_access(call->request.headers, context, headers_);
        return call;
    }

    std::vector<std::pair<std::string, std::string>> headers_;
};

std::unique_ptr<Provider> make_cohere(const config::Provider& provider) {
    return std::make_unique<CohereProvider>(provider);
}

}  // namespace

ProviderModule cohere_module() {
    return {.dialect = "cohere",
            .vendor = "cohere",
            .default_base_url = "https://api.cohere.com",
            .key_variable = "CO_API_KEY",
            .needs_key = true,
            .capabilities = chat_capabilities,
            .make = make_cohere};
}

}  // namespace breakwater
