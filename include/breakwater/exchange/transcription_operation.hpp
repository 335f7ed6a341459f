#pragma once

#include "breakwater/exchange/operation.hpp"

namespace breakwater {

/// The words of a recording. The client's form, or the start of a long one, is held once, for all attempts, until one
/// of them answers.
class TranscriptionOperation final : public Operation {
public:
    /// `boundary`: the one that the head states. `translate`: into English.
    TranscriptionOperation(std::string boundary, bool translate)
        : Operation(ModelMode::transcription), boundary_(std::move(boundary)) {
        request_.translate = translate;
    }

    Result<void> decode(std::string& body, JsonReader& reader) override;
    Result<void> decode_start(std::string& start, std::unique_ptr<BodyJudge>& judge) override;
    [[nodiscard]] const std::string& model() const noexcept override { return request_.model; }
    [[nodiscard]] bool stream() const noexcept override { return request_.stream; }
    [[nodiscard]] bool is_text() const noexcept override { return false; }
    [[nodiscard]] Result<HttpRequest> encode(const Provider& provider, const EncodeContext& context,
                                             std::unique_ptr<ResponseDecoder>& decoder) const override;
    [[nodiscard]] std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext&& identity) const override;

private:
    std::string boundary_;
    TranscriptionRequest request_;
};

}  // namespace breakwater
