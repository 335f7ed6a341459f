#pragma once

#include "breakwater/exchange/json_operation.hpp"

namespace breakwater {

/// A ranking of documents.
class RerankOperation final : public JsonOperation<RerankRequest> {
public:
    RerankOperation() noexcept : JsonOperation(ModelMode::rerank) {}

    Result<void> decode(std::string& body, JsonReader& reader) override;
    [[nodiscard]] std::string_view id_prefix() const noexcept override { return "rr-"; }
    [[nodiscard]] Result<HttpRequest> encode(const Provider& provider, const EncodeContext& context,
                                             std::unique_ptr<ResponseDecoder>& decoder) const override;
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& identity) const override;
};

}  // namespace breakwater
