#include "breakwater/exchange/moderation_operation.hpp"

#include "breakwater/base/random.hpp"
#include "breakwater/ingress/moderations.hpp"
#include "breakwater/ingress/route_wish.hpp"

namespace breakwater {

Result<void> ModerationOperation::decode(std::string& body, JsonReader& reader) {
    return decode_moderation_request(body, reader, request_);
}

Result<void> ModerationOperation::take_wish(JsonReader& reader, RouteWish& wish) {
    return take_route_wish(request_.extensions, reader, wish);
}

RequestNeeds ModerationOperation::needs() const {
    return {.prompt = estimate_tokens(request_.body_bytes)};
}

std::uint64_t ModerationOperation::conversation(std::string_view session) const {
    return fnv1a(session);
}

Result<HttpRequest> ModerationOperation::encode(const Provider& provider, const EncodeContext& context,
                                                std::unique_ptr<ResponseDecoder>& decoder) const {
    return take_call(provider.moderate(request_, context), decoder);
}

std::unique_ptr<ResponseEncoder> ModerationOperation::make_encoder(EncoderContext&& identity) const {
    return make_moderation_encoder(std::move(identity));
}

}  // namespace breakwater
