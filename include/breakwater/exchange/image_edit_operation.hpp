#pragma once

#include "breakwater/exchange/operation.hpp"

namespace breakwater {

/// Pictures made of others. The client's form is held once, for all attempts, until one of them answers.
class ImageEditOperation final : public Operation {
public:
    /// `boundary`: the one that the head states.
    explicit ImageEditOperation(std::string boundary) : Operation(ModelMode::image), boundary_(std::move(boundary)) {}

    Result<void> decode(std::string& body, JsonReader& reader) override;
    [[nodiscard]] const std::string& model() const noexcept override { return request_.wanted.model; }
    [[nodiscard]] bool stream() const noexcept override { return request_.wanted.stream; }
    [[nodiscard]] bool is_text() const noexcept override { return false; }
    [[nodiscard]] RequestNeeds needs() const override;
    [[nodiscard]] Result<HttpRequest> encode(const Provider& provider, const EncodeContext& context,
                                             std::unique_ptr<ResponseDecoder>& decoder) const override;
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& identity) const override;

private:
    std::string boundary_;
    ImageEditRequest request_;
};

}  // namespace breakwater
