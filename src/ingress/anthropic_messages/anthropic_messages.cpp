#include <memory>
#include <utility>

#include "decode.hpp"
#include "error_body.hpp"
#include "json_encoder.hpp"
#include "module.hpp"
#include "stream_encoder.hpp"

namespace breakwater {
namespace {

class AnthropicMessages final : public Ingress {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "anthropic.messages"; }
    [[nodiscard]] std::string_view id_prefix() const noexcept override { return "msg_"; }

    Result<void> decode(std::string& body, JsonReader& reader, ChatRequest& request) const override {
        return anthropic_messages::decode_request(body, reader, request, anthropic_messages::Purpose::answer);
    }
    Result<void> decode_to_count(std::string& body, JsonReader& reader, ChatRequest& request) const override {
        return anthropic_messages::decode_request(body, reader, request, anthropic_messages::Purpose::count);
    }
    [[nodiscard]] std::string encode_count(std::int64_t tokens) const override {
        std::string body;
        JsonWriter(body).begin_object().field("input_tokens", tokens).end_object();
        return body;
    }
    [[nodiscard]] std::string_view request_id_header() const noexcept override { return "request-id"; }
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext context) const override {
        if (context.stream) return std::make_unique<anthropic_messages::StreamEncoder>(std::move(context));
        return std::make_unique<anthropic_messages::JsonEncoder>(std::move(context));
    }
    [[nodiscard]] HttpResponse encode_error(const Error& error, std::string_view request_id) const override {
        return anthropic_messages::error_response(error, request_id);
    }
};

}  // namespace

const Ingress& anthropic_messages_ingress() {
    static const AnthropicMessages ingress;
    return ingress;
}

}  // namespace breakwater
