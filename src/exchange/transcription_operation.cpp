#include "breakwater/exchange/transcription_operation.hpp"

#include "breakwater/base/random.hpp"
#include "breakwater/ingress/bytes.hpp"
#include "breakwater/ingress/transcriptions.hpp"

namespace breakwater {

Result<void> TranscriptionOperation::decode(std::string& body, JsonReader& /*reader*/) {
    return decode_transcription_request(body, boundary_, request_);
}

Result<void> TranscriptionOperation::take_wish(JsonReader& /*reader*/, RouteWish& /*wish*/) {
    return {};
}

// A recording's bytes say nothing of tokens.
RequestNeeds TranscriptionOperation::needs() const {
    return {};
}

std::uint64_t TranscriptionOperation::conversation(std::string_view session) const {
    return fnv1a(session);
}

Result<HttpRequest> TranscriptionOperation::encode(const Provider& provider, const EncodeContext& context,
                                                   std::unique_ptr<ResponseDecoder>& decoder) const {
    return take_call(provider.transcribe(request_, context), decoder);
}

std::unique_ptr<ResponseEncoder> TranscriptionOperation::make_encoder(EncoderContext&& /*identity*/) const {
    return make_bytes_encoder(request_.stream);
}

}  // namespace breakwater
