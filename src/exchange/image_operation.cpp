#include "breakwater/exchange/image_operation.hpp"

#include "breakwater/base/random.hpp"
#include "breakwater/ingress/images.hpp"
#include "breakwater/ingress/route_wish.hpp"

namespace breakwater {

Result<void> ImageOperation::decode(std::string& body, JsonReader& reader) {
    return decode_image_request(body, reader, request_);
}

Result<void> ImageOperation::take_wish(JsonReader& reader, RouteWish& wish) {
    return take_route_wish(request_.extensions, reader, wish);
}

RequestNeeds ImageOperation::needs() const {
    return {.prompt = estimate_tokens(request_.body_bytes)};
}

std::uint64_t ImageOperation::conversation(std::string_view session) const {
    return fnv1a(session);
}

Result<HttpRequest> ImageOperation::encode(const Provider& provider, const EncodeContext& context,
                                           std::unique_ptr<ResponseDecoder>& decoder) const {
    return take_call(provider.draw(request_, context), decoder);
}

std::unique_ptr<ResponseEncoder> ImageOperation::make_encoder(EncoderContext&& identity) const {
    return make_image_encoder(std::move(identity), request_);
}

}  // namespace breakwater
