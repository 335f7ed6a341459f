#include "breakwater/exchange/transcription_operation.hpp"

#include <utility>

#include "breakwater/ingress/bytes.hpp"
#include "breakwater/ingress/transcriptions.hpp"

namespace breakwater {

Result<void> TranscriptionOperation::decode(std::string& body, JsonReader& /*reader*/) {
    return decode_transcription_request(body, boundary_, request_);
}

Result<void> TranscriptionOperation::decode_start(std::string& start, std::unique_ptr<BodyJudge>& judge) {
    auto rest = decode_transcription_start(start, boundary_, request_);
    if (!rest) return std::unexpected(std::move(rest.error()));
    judge = std::move(*rest);
    return {};
}

Result<HttpRequest> TranscriptionOperation::encode(const Provider& provider, const EncodeContext& context,
                                                   std::unique_ptr<ResponseDecoder>& decoder) const {
    return take_call(provider.transcribe(request_, context), decoder);
}

std::unique_ptr<ResponseEncoder> TranscriptionOperation::make_encoder(EncoderContext&& /*identity*/) const {
    return make_bytes_encoder(request_.stream);
}

}  // namespace breakwater
