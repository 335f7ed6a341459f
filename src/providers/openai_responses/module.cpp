#include "module.hpp"

#include "../shared/told_format.hpp"
#include "../shared/unfenced_answer.hpp"
#include "decoder.hpp"
#include "request.hpp"
#include "tools.hpp"

namespace breakwater {
namespace {

constexpr double kOutputTokensMin = 16;  // a smaller limit is refused

// What the Responses API itself has no words for; models narrow the rest in the catalogue.
Capabilities responses_capabilities() {
    Capabilities capabilities;
    for (const Feature feature : {Feature::audio_input, Feature::audio_output, Feature::prompt_caching,
                                  Feature::prediction, Feature::assistant_prefill, Feature::continuation}) {
        capabilities.set(feature, Support::absent);
    }
    capabilities.set(Feature::web_search, Support::emulated);  // by the hosted tool
    for (const Parameter parameter : {Parameter::stop, Parameter::seed, Parameter::logit_bias, Parameter::top_k,
                                      Parameter::frequency_penalty, Parameter::presence_penalty}) {
        capabilities.rule(parameter).support = Support::absent;
    }
    capabilities.rule(Parameter::n) = {.support = Support::absent, .essential = true};
    capabilities.rule(Parameter::max_tokens) = {.support = Support::native, .min = kOutputTokensMin};
    capabilities.rule(Parameter::reasoning_budget).support = Support::emulated;  // said as an effort
    return capabilities;
}

class ResponsesProvider final : public Provider {
public:
    explicit ResponsesProvider(const config::Provider& provider)
        : connection_{.target = ApiTarget(provider, "/responses", ApiTarget::Dated::resource),
                      .key_header = provider.quirks.key_header,
                      .headers = provider.headers} {}

    [[nodiscard]] Result<HttpRequest> encode(const ChatRequest& request, const EncodeContext& context) const override {
        return openai_responses::encode_request(request, context, connection_);
    }

    [[nodiscard]] std::unique_ptr<ResponseDecoder> make_decoder(const ChatRequest& request,
                                                                const Deployment& deployment) const override {
        auto decoder = std::make_unique<openai_responses::Decoder>(
            openai_responses::AnswerShape{.names = openai_responses::tool_names(request),
                                          .provider = deployment.provider,
                                          .native_items = request.dialect == ClientDialect::openai_responses});
        if (!tells_format(request, deployment)) return decoder;
        return make_unfenced_answer(std::move(decoder));
    }

    [[nodiscard]] bool speaks(const ChatRequest& request, const Deployment& /*deployment*/) const override {
        return request.dialect == ClientDialect::openai_responses;
    }

    Result<void> authorise(Headers& headers, const EncodeContext& context) const override {
        openai_responses::add_access(headers, context, connection_);
        return {};
    }

private:
    openai_responses::Connection connection_;
};

std::unique_ptr<Provider> make_openai_responses(const config::Provider& provider) {
    return std::make_unique<ResponsesProvider>(provider);
}

}  // namespace

ProviderModule openai_responses_module() {
    return {.dialect = "openai.responses",
            .vendor = "openai",
            .default_base_url = "https://api.openai.com/v1",
            .key_variable = "OPENAI_API_KEY",
            .needs_key = true,
            .capabilities = &responses_capabilities,
            .make = &make_openai_responses};
}

}  // namespace breakwater
