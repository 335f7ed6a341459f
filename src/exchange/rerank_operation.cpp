#include "breakwater/exchange/rerank_operation.hpp"

#include "breakwater/ingress/rerank.hpp"

namespace breakwater {

Result<void> RerankOperation::decode(std::string& body, JsonReader& reader) {
    return decode_rerank_request(body, reader, request_);
}

Result<HttpRequest> RerankOperation::encode(const Provider& provider, const EncodeContext& context,
                                            std::unique_ptr<ResponseDecoder>& decoder) const {
    return take_call(provider.rerank(request_, context), decoder);
}

std::unique_ptr<ResponseEncoder> RerankOperation::make_encoder(EncoderContext&& identity) const {
    return make_rerank_encoder(std::move(identity), request_);
}

}  // namespace breakwater
