#pragma once

#include "breakwater/exchange/json_operation.hpp"

namespace breakwater {

/// A text, spoken. The sound goes on as it comes.
class SpeechOperation final : public JsonOperation<SpeechRequest> {
public:
    SpeechOperation() noexcept : JsonOperation(ModelMode::speech) {}

    Result<void> decode(std::string& body, JsonReader& reader) override;
    [[nodiscard]] bool stream() const noexcept override { return true; }
    [[nodiscard]] Result<HttpRequest> encode(const Provider& provider, const EncodeContext& context,
                                             std::unique_ptr<ResponseDecoder>& decoder) const override;
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& identity) const override;
};

}  // namespace breakwater
