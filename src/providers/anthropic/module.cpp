#include "module.hpp"

#include "answer_shape.hpp"
#include "breakwater/base/strings.hpp"
#include "decoder.hpp"
#include "request.hpp"

namespace breakwater {

namespace {

constexpr std::string_view kBaseUrl = "https://api.anthropic.com";

// What the Messages API itself cannot do, and where it needs the encoder's help; models narrow it further in the
// catalogue.
Capabilities messages_capabilities() {
    Capabilities capabilities;
    for (const Feature feature : {Feature::streaming, Feature::system_role, Feature::tools, Feature::parallel_tools,
                                  Feature::tool_choice_required, Feature::tool_choice_named, Feature::json_schema,
                                  Feature::image_input, Feature::image_url_input, Feature::pdf_input,
                                  Feature::file_url_input, Feature::prompt_caching, Feature::web_search}) {
        capabilities.set(feature, Support::native);
    }
    // Newer models refuse to go on from a trailing assistant turn; the encoder asks them to continue instead.
    for (const Feature feature : {Feature::json_object, Feature::assistant_prefill})
        capabilities.set(feature, Support::emulated);
    for (const Feature feature : {Feature::continuation, Feature::custom_tools, Feature::audio_input,
                                  Feature::audio_output, Feature::prediction}) {
        capabilities.set(feature, Support::absent);
    }
    for (const Parameter parameter :
         {Parameter::frequency_penalty, Parameter::presence_penalty, Parameter::seed, Parameter::logit_bias,
          Parameter::verbosity, Parameter::store, Parameter::prompt_cache_key, Parameter::prompt_cache_retention,
          Parameter::moderation}) {
        capabilities.rule(parameter).support = Support::absent;
    }
    for (const Parameter parameter : {Parameter::n, Parameter::logprobs, Parameter::top_logprobs}) {
        capabilities.rule(parameter) = {.support = Support::absent, .essential = true};
    }
    capabilities.rule(Parameter::temperature) = {
        .support = Support::native, .min = 0, .max = 1, .refused_while_reasoning = true};
    capabilities.rule(Parameter::top_p) = {
        .support = Support::native, .min = 0, .max = 1, .refused_while_reasoning = true, .excludes = {"temperature"}};
    capabilities.rule(Parameter::top_k) = {.support = Support::native, .min = 0, .refused_while_reasoning = true};
    return capabilities;
}

class AnthropicProvider final : public Provider {
public:
    explicit AnthropicProvider(anthropic::Endpoint endpoint) : endpoint_(std::move(endpoint)) {}

    [[nodiscard]] Result<HttpRequest> encode(const ChatRequest& request, const EncodeContext& context) const override {
        return anthropic::encode_request(request, context, endpoint_);
    }

    [[nodiscard]] std::unique_ptr<ResponseDecoder> make_decoder(const ChatRequest& request,
                                                                const Deployment& deployment) const override {
        return std::make_unique<anthropic::Decoder>(anthropic::answer_shape(request, deployment));
    }

    [[nodiscard]] bool speaks(const ChatRequest& request, const Deployment& /*deployment*/) const override {
        return request.dialect == ClientDialect::anthropic_messages;
    }

    Result<void> authorise(Headers& headers, const EncodeContext& context) const override {
        anthropic::add_access(headers, context, endpoint_);
        return {};
    }

private:
    anthropic::Endpoint endpoint_;
};

std::unique_ptr<Provider> make_anthropic(const config::Provider& provider) {
    const bool first_party = provider.base_url.empty() || istarts_with(provider.base_url, kBaseUrl);
    return make_anthropic_provider({.first_party = first_party, .headers = provider.headers});
}

}  // namespace

std::unique_ptr<Provider> make_anthropic_provider(anthropic::Endpoint endpoint) {
    return std::make_unique<AnthropicProvider>(std::move(endpoint));
}

ProviderModule anthropic_module() {
    return {.dialect = "anthropic",
            .vendor = "anthropic",
            .default_base_url = kBaseUrl,
            .key_variable = "ANTHROPIC_API_KEY",
            .needs_key = true,
            .capabilities = messages_capabilities,
            .make = make_anthropic};
}

}  // namespace breakwater
