#pragma once

#include "breakwater/exchange/operation.hpp"

namespace breakwater {

/// A chat, whatever the dialect of the client.
class ChatOperation final : public Operation {
public:
    explicit ChatOperation(const Ingress& dialect) noexcept : Operation(ModelMode::chat), dialect_(dialect) {}

    [[nodiscard]] ChatRequest& request() noexcept { return request_; }

    Result<void> decode(std::string& body, JsonReader& reader) override;
    [[nodiscard]] const std::string& model() const noexcept override { return request_.model; }
    [[nodiscard]] bool stream() const noexcept override { return request_.stream; }
    [[nodiscard]] std::string_view id_prefix() const noexcept override { return dialect_.id_prefix(); }
    Result<void> take_wish(JsonReader& reader, RouteWish& wish) override;
    [[nodiscard]] RequestNeeds needs() const override;
    [[nodiscard]] std::uint64_t conversation(std::string_view session) const override;
    [[nodiscard]] Result<HttpRequest> encode(const Provider& provider, const EncodeContext& context,
                                             std::unique_ptr<ResponseDecoder>& decoder) const override;
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& identity) const override;

private:
    const Ingress& dialect_;
    ChatRequest request_;
};

}  // namespace breakwater
