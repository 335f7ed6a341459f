#pragma once

#include "breakwater/exchange/json_operation.hpp"

namespace breakwater {

/// Verdicts on texts and pictures.
class ModerationOperation final : public JsonOperation<ModerationRequest> {
public:
    ModerationOperation() noexcept : JsonOperation(ModelMode::moderation) {}

    Result<void> decode(std::string& body, JsonReader& reader) override;
    [[nodiscard]] std::string_view id_prefix() const noexcept override { return "modr-"; }
    [[nodiscard]] Result<HttpRequest> encode(const Provider& provider, const EncodeContext& context,
                                             std::unique_ptr<ResponseDecoder>& decoder) const override;
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& identity) const override;
};

}  // namespace breakwater
