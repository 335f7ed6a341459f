#include "module.hpp"

#include <array>
#include <utility>

#include "call_ids.hpp"
#include "decoder.hpp"
#include "endpoint.hpp"
#include "family.hpp"
#include "guardrail.hpp"
#include "images.hpp"
#include "invoke.hpp"
#include "messages.hpp"
#include "plan.hpp"
#include "request.hpp"

namespace breakwater {

namespace {

// What Converse itself cannot do, and where it needs the encoder's help; its models differ more than those of any
// vendor of its own, and the catalogue says how.
Capabilities converse_capabilities() {
    Capabilities capabilities;
    for (const Feature feature : {Feature::streaming, Feature::system_role, Feature::tools, Feature::parallel_tools,
                                  Feature::image_input, Feature::pdf_input, Feature::prompt_caching}) {
        capabilities.set(feature, Support::native);
    }
    for (const Feature feature : {Feature::tool_choice_required, Feature::tool_choice_named, Feature::json_object,
                                  Feature::json_schema, Feature::assistant_prefill}) {
        capabilities.set(feature, Support::emulated);
    }
    // Pictures and files come inline; addresses are not fetched by the service.
    for (const Feature feature : {Feature::image_url_input, Feature::file_url_input, Feature::continuation,
                                  Feature::custom_tools, Feature::strict_tools, Feature::audio_input,
                                  Feature::audio_output, Feature::prediction, Feature::web_search}) {
        capabilities.set(feature, Support::absent);
    }
    for (const Parameter parameter :
         {Parameter::frequency_penalty, Parameter::presence_penalty, Parameter::seed, Parameter::logit_bias,
          Parameter::verbosity, Parameter::store, Parameter::user, Parameter::safety_identifier,
          Parameter::prompt_cache_key, Parameter::prompt_cache_retention, Parameter::moderation}) {
        capabilities.rule(parameter).support = Support::absent;
    }
    for (const Parameter parameter : {Parameter::n, Parameter::logprobs, Parameter::top_logprobs}) {
        capabilities.rule(parameter) = {.support = Support::absent, .essential = true};
    }
    capabilities.rule(Parameter::temperature) = {.support = Support::native, .min = 0, .max = 1};
    capabilities.rule(Parameter::top_p) = {.support = Support::native, .min = 0, .max = 1};
    capabilities.rule(Parameter::top_k) = {.support = Support::native, .min = 0};
    return capabilities;
}

bedrock::AnswerShape answer_shape(const ChatRequest& request, const Deployment& deployment) {
    using Shape = StructuredOutput::Shape;
    using Filter = TextFilter::Kind;
    const ResponseFormat::Kind kind = request.response_format.kind;
    if (kind == ResponseFormat::Kind::unset || kind == ResponseFormat::Kind::text)
        return {.names = ToolNames(request, {.length_max = bedrock::kToolNameMax})};

    Adaptations unused;  // the encoder has told the client already
    EncodeNotes notes(config::AdaptMode::adapt, unused);
    bedrock::RequestPlan plan = bedrock::plan_request(request, deployment, notes);
    bedrock::AnswerShape shape{.names = std::move(plan.names), .json_tool = plan.output.shape == Shape::tool};
    if (plan.output.shape == Shape::instruction) shape.filter = Filter::fence;
    if (plan.output.wrapped) shape.filter = Filter::value;
    return shape;
}

class BedrockProvider final : public Provider {
public:
    explicit BedrockProvider(const config::Provider& provider) : endpoint_(bedrock::make_endpoint(provider)) {}

    [[nodiscard]] Result<HttpRequest> encode(const ChatRequest& request, const EncodeContext& context) const override {
        if (bedrock::goes_by_messages(request, context.deployment))
            return bedrock::encode_messages(request, context, endpoint_);
        return bedrock::encode_request(request, context, endpoint_);
    }
    [[nodiscard]] std::unique_ptr<ResponseDecoder> make_decoder(const ChatRequest& request,
                                                                const Deployment& deployment) const override {
        if (bedrock::goes_by_messages(request, deployment)) return bedrock::make_messages_decoder(request, deployment);
        return std::make_unique<bedrock::Decoder>(answer_shape(request, deployment));
    }
    [[nodiscard]] bool speaks(const ChatRequest& request, const Deployment& deployment) const override {
        return request.dialect == ClientDialect::anthropic_messages && bedrock::goes_by_messages(request, deployment);
    }
    [[nodiscard]] Result<ProviderCall> embed(const EmbeddingRequest& request,
                                             const EncodeContext& context) const override {
        return bedrock::encode_embeddings(request, context, endpoint_);
    }
    [[nodiscard]] std::size_t embedding_batch(const Deployment& deployment) const noexcept override {
        return bedrock::embedding_batch(deployment);
    }
    [[nodiscard]] Result<ProviderCall> rerank(const RerankRequest& request,
                                              const EncodeContext& context) const override {
        return bedrock::encode_rerank(request, context, endpoint_);
    }
    [[nodiscard]] Result<ProviderCall> moderate(const ModerationRequest& request,
                                                const EncodeContext& context) const override {
        return bedrock::encode_moderation(request, context, endpoint_);
    }
    // A call has one verdict.
    [[nodiscard]] std::size_t moderation_batch(const Deployment& /*deployment*/) const noexcept override { return 1; }
    [[nodiscard]] Result<ProviderCall> draw(const ImageRequest& request, const EncodeContext& context) const override {
        if (!bedrock::draws(context.deployment)) return Provider::draw(request, context);
        return bedrock::encode_images(request, context, endpoint_);
    }
    [[nodiscard]] Result<ProviderCall> edit(const ImageEditRequest& request,
                                            const EncodeContext& context) const override {
        if (!bedrock::draws(context.deployment)) return Provider::edit(request, context);
        return bedrock::encode_image_edit(request, context, endpoint_);
    }

private:
    bedrock::Endpoint endpoint_;
};

std::unique_ptr<Provider> make_bedrock(const config::Provider& provider) {
    return std::make_unique<BedrockProvider>(provider);
}

std::string address(const config::Provider& provider) {
    return bedrock::region_address(provider.aws.region);
}

Capabilities limits(const config::Deployment& deployment) {
    return deployment.facts.api == bedrock::kInvokeApi ? bedrock::messages_limits() : Capabilities{};
}

/// A chat's body would be read as the model's own, and refused for what it does not have. Models that do not chat are
/// asked by InvokeModel anyway.
std::optional<std::string> api_fault(std::string_view api, std::string_view model) {
    if (api != bedrock::kInvokeApi || !bedrock::chats_but_is_not_claude(model)) return std::nullopt;
    return "its bodies are those of Anthropic's Messages API, for chats with Claude";
}

}  // namespace

ProviderModule bedrock_module() {
    static constexpr std::array kApis{bedrock::kConverseApi, bedrock::kInvokeApi};
    return {.dialect = "bedrock",
            .vendor = "bedrock",
            .default_base_url = "",
            .key_variable = "AWS_BEARER_TOKEN_BEDROCK",
            .needs_key = true,
            .capabilities = converse_capabilities,
            .make = make_bedrock,
            .address = address,
            .aws = true,
            .limits = limits,
            .apis = kApis,
            .api_fault = api_fault};
}

}  // namespace breakwater
