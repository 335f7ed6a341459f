#include "breakwater/exchange/image_operation.hpp"

#include "breakwater/ingress/images.hpp"

namespace breakwater {

Result<void> ImageOperation::decode(std::string& body, JsonReader& reader) {
    return decode_image_request(body, reader, request_);
}

Result<HttpRequest> ImageOperation::encode(const Provider& provider, const EncodeContext& context,
                                           std::unique_ptr<ResponseDecoder>& decoder) const {
    return take_call(provider.draw(request_, context), decoder);
}

std::unique_ptr<ResponseEncoder> ImageOperation::make_encoder(EncoderContext&& identity) const {
    return make_image_encoder(std::move(identity), request_);
}

}  // namespace breakwater
