#include <memory>
#include <utility>

#include "../shared/openai_error.hpp"
#include "decode.hpp"
#include "encoder.hpp"
#include "module.hpp"

namespace breakwater {
namespace {

class OpenAiResponses final : public Ingress {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "openai.responses"; }
    [[nodiscard]] std::string_view id_prefix() const noexcept override { return "resp_"; }

    Result<void> decode(std::string& body, JsonReader& reader, ChatRequest& request) const override {
        return openai_responses_client::decode_request(body, reader, request);
    }
    Result<void> go_on(std::span<const std::string> earlier, JsonReader& reader, ChatRequest& request) const override {
        return openai_responses_client::put_before(earlier, reader, request);
    }
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext context) const override {
        return std::make_unique<openai_responses_client::Encoder>(std::move(context));
    }
    [[nodiscard]] HttpResponse encode_error(const Error& error, std::string_view /*request_id*/) const override {
        return ingress::error_response(error);
    }
};

}  // namespace

const Ingress& openai_responses_ingress() {
    static const OpenAiResponses ingress;
    return ingress;
}

}  // namespace breakwater
