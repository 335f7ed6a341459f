#include <memory>
#include <utility>

#include "../shared/openai_error.hpp"
#include "decode.hpp"
#include "json_encoder.hpp"
#include "module.hpp"
#include "stream_encoder.hpp"

namespace breakwater {
namespace {

class OpenAiChat final : public Ingress {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "openai.chat"; }
    [[nodiscard]] std::string_view id_prefix() const noexcept override { return "chatcmpl-"; }

    Result<void> decode(std::string& body, JsonReader& reader, ChatRequest& request) const override {
        return openai_chat::decode_request(body, reader, request);
    }
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext context) const override {
        if (context.stream) return std::make_unique<openai_chat::StreamEncoder>(std::move(context));
        return std::make_unique<openai_chat::JsonEncoder>(std::move(context));
    }
    [[nodiscard]] HttpResponse encode_error(const Error& error, std::string_view /*request_id*/) const override {
        return ingress::error_response(error);
    }
};

}  // namespace

const Ingress& openai_chat_ingress() {
    static const OpenAiChat ingress;
    return ingress;
}

}  // namespace breakwater
