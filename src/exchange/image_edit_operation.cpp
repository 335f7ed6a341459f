#include "breakwater/exchange/image_edit_operation.hpp"

#include "breakwater/ingress/images.hpp"

namespace breakwater {

Result<void> ImageEditOperation::decode(std::string& body, JsonReader& /*reader*/) {
    return decode_image_edit_request(body, boundary_, request_);
}

RequestNeeds ImageEditOperation::needs() const {
    RequestNeeds needs{.prompt = estimate_tokens(request_.wanted.prompt.size())};
    needs.needs.set(config::Need::vision);
    return needs;
}

Result<HttpRequest> ImageEditOperation::encode(const Provider& provider, const EncodeContext& context,
                                               std::unique_ptr<ResponseDecoder>& decoder) const {
    return take_call(provider.edit(request_, context), decoder);
}

std::unique_ptr<ResponseEncoder> ImageEditOperation::make_encoder(EncoderContext&& identity) const {
    return make_image_edit_encoder(std::move(identity), request_);
}

}  // namespace breakwater
