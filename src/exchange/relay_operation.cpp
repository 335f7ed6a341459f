#include "breakwater/exchange/relay_operation.hpp"

#include "breakwater/ingress/bytes.hpp"
#include "breakwater/providers/relayed_answer.hpp"

namespace breakwater {

Result<void> RelayOperation::decode(std::string& body, JsonReader& /*reader*/) {
    hold(body);
    return {};
}

Result<void> RelayOperation::decode_start(std::string& start, std::unique_ptr<BodyJudge>& /*judge*/) {
    hold(start);
    return {};
}

void RelayOperation::hold(std::string& body) {
    if (!body.empty()) request_.body = std::make_shared<const std::string>(std::move(body));
}

Result<HttpRequest> RelayOperation::encode(const Provider& provider, const EncodeContext& context,
                                           std::unique_ptr<ResponseDecoder>& decoder) const {
    HttpRequest upstream{.method = request_.method, .target = request_.target, .once = !is_idempotent(request_)};
    for (const auto& [name, value] : request_.headers) upstream.headers.add(name, value);
    if (auto authorised = provider.authorise(upstream.headers, context); !authorised)
        return std::unexpected(std::move(authorised.error()));
    if (request_.body) upstream.tail = SharedTail{.text = request_.body};
    decoder = make_decoder(context);
    return upstream;
}

std::unique_ptr<ResponseDecoder> RelayOperation::make_decoder(const EncodeContext& /*context*/) const {
    return make_relayed_answer();
}

std::unique_ptr<ResponseEncoder> RelayOperation::make_encoder(EncoderContext&& /*identity*/) const {
    return make_bytes_encoder(stream());
}

}  // namespace breakwater
