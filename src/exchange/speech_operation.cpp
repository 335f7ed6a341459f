#include "breakwater/exchange/speech_operation.hpp"

#include "breakwater/base/random.hpp"
#include "breakwater/ingress/route_wish.hpp"
#include "breakwater/ingress/speech.hpp"

namespace breakwater {

Result<void> SpeechOperation::decode(std::string& body, JsonReader& reader) {
    return decode_speech_request(body, reader, request_);
}

Result<void> SpeechOperation::take_wish(JsonReader& reader, RouteWish& wish) {
    return take_route_wish(request_.extensions, reader, wish);
}

RequestNeeds SpeechOperation::needs() const {
    return {.prompt = estimate_tokens(request_.body_bytes)};
}

std::uint64_t SpeechOperation::conversation(std::string_view session) const {
    return fnv1a(session);
}

Result<HttpRequest> SpeechOperation::encode(const Provider& provider, const EncodeContext& context,
                                            std::unique_ptr<ResponseDecoder>& decoder) const {
    return take_call(provider.speak(request_, context), decoder);
}

std::unique_ptr<ResponseEncoder> SpeechOperation::make_encoder(EncoderContext&& identity) const {
    return make_speech_encoder(std::move(identity), request_);
}

}  // namespace breakwater
