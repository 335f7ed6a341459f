#include "breakwater/exchange/rerank_operation.hpp"

#include "breakwater/base/random.hpp"
#include "breakwater/ingress/rerank.hpp"
#include "breakwater/ingress/route_wish.hpp"

namespace breakwater {

Result<void> RerankOperation::decode(std::string& body, JsonReader& reader) {
    return decode_rerank_request(body, reader, request_);
}

Result<void> RerankOperation::take_wish(JsonReader& reader, RouteWish& wish) {
    return take_route_wish(request_.extensions, reader, wish);
}

RequestNeeds RerankOperation::needs() const {
    return {.prompt = estimate_tokens(request_.body_bytes)};
}

std::uint64_t RerankOperation::conversation(std::string_view session) const {
    return fnv1a(session);
}

Result<HttpRequest> RerankOperation::encode(const Provider& provider, const EncodeContext& context,
                                            std::unique_ptr<ResponseDecoder>& decoder) const {
    return take_call(provider.rerank(request_, context), decoder);
}

std::unique_ptr<ResponseEncoder> RerankOperation::make_encoder(EncoderContext&& identity) const {
    return make_rerank_encoder(std::move(identity), request_);
}

}  // namespace breakwater
