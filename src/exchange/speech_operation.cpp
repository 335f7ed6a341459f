#include "breakwater/exchange/speech_operation.hpp"

#include "breakwater/ingress/speech.hpp"

namespace breakwater {

Result<void> SpeechOperation::decode(std::string& body, JsonReader& reader) {
    return decode_speech_request(body, reader, request_);
}

Result<HttpRequest> SpeechOperation::encode(const Provider& provider, const EncodeContext& context,
                                            std::unique_ptr<ResponseDecoder>& decoder) const {
    return take_call(provider.speak(request_, context), decoder);
}

std::unique_ptr<ResponseEncoder> SpeechOperation::make_encoder(EncoderContext&& identity) const {
    return make_speech_encoder(std::move(identity), request_);
}

}  // namespace breakwater
