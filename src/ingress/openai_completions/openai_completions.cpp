#include "../openai_chat/module.hpp"
#include "decode.hpp"
#include "encoder.hpp"
#include "module.hpp"

namespace breakwater {
namespace {

class OpenAiCompletions final : public Ingress {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "openai.completions"; }
    [[nodiscard]] std::string_view id_prefix() const noexcept override { return "cmpl-"; }
    [[nodiscard]] ModelMode mode() const noexcept override { return ModelMode::completion; }

    Result<void> decode(std::string& body, JsonReader& reader, ChatRequest& request) const override {
        return openai_completions::decode_request(body, reader, request);
    }
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext context) const override {
        return openai_completions::make_encoder(std::move(context));
    }
    // Errors are those of chats.
    [[nodiscard]] HttpResponse encode_error(const Error& error, std::string_view request_id) const override {
        return openai_chat_ingress().encode_error(error, request_id);
    }
};

}  // namespace

const Ingress& openai_completions_ingress() {
    static const OpenAiCompletions ingress;
    return ingress;
}

}  // namespace breakwater
