#pragma once

#include "breakwater/exchange/operation.hpp"

namespace breakwater {

/// Verdicts on texts and pictures.
class ModerationOperation final : public Operation {
public:
    ModerationOperation() noexcept : Operation(ModelMode::moderation) {}

    Result<void> decode(std::string& body, JsonReader& reader) override;
    [[nodiscard]] const std::string& model() const noexcept override { return request_.model; }
    [[nodiscard]] bool stream() const noexcept override { return false; }
    [[nodiscard]] std::string_view id_prefix() const noexcept override { return "modr-"; }
    Result<void> take_wish(JsonReader& reader, RouteWish& wish) override;
    [[nodiscard]] RequestNeeds needs() const override;
    [[nodiscard]] std::uint64_t conversation(std::string_view session) const override;
    [[nodiscard]] Result<HttpRequest> encode(const Provider& provider, const EncodeContext& context,
                                             std::unique_ptr<ResponseDecoder>& decoder) const override;
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& identity) const override;

private:
    ModerationRequest request_;
};

}  // namespace breakwater
