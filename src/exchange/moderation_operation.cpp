#include "breakwater/exchange/moderation_operation.hpp"

#include "breakwater/ingress/moderations.hpp"

namespace breakwater {

Result<void> ModerationOperation::decode(std::string& body, JsonReader& reader) {
    return decode_moderation_request(body, reader, request_);
}

Result<HttpRequest> ModerationOperation::encode(const Provider& provider, const EncodeContext& context,
                                                std::unique_ptr<ResponseDecoder>& decoder) const {
    return take_call(provider.moderate(request_, context), decoder);
}

std::unique_ptr<ResponseEncoder> ModerationOperation::make_encoder(EncoderContext&& identity) const {
    return make_moderation_encoder(std::move(identity));
}

}  // namespace breakwater
