#pragma once

#include "breakwater/exchange/json_operation.hpp"

namespace breakwater {

/// Pictures of what a text describes.
class ImageOperation final : public JsonOperation<ImageRequest> {
public:
    ImageOperation() noexcept : JsonOperation(ModelMode::image) {}

    Result<void> decode(std::string& body, JsonReader& reader) override;
    [[nodiscard]] bool stream() const noexcept override { return request_.stream; }
    [[nodiscard]] Result<HttpRequest> encode(const Provider& provider, const EncodeContext& context,
                                             std::unique_ptr<ResponseDecoder>& decoder) const override;
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& identity) const override;
};

}  // namespace breakwater
