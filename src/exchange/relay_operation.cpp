#include "breakwater/exchange/relay_operation.hpp"

#include "breakwater/base/random.hpp"
#include "breakwater/ingress/bytes.hpp"
#include "breakwater/providers/relayed_answer.hpp"

namespace breakwater {

Result<void> RelayOperation::decode(std::string& body, JsonReader& /*reader*/) {
    if (!body.empty()) request_.body = std::make_shared<const std::string>(std::move(body));
    return {};
}

Result<void> RelayOperation::take_wish(JsonReader& /*reader*/, RouteWish& /*wish*/) {
    return {};
}

RequestNeeds RelayOperation::needs() const {
    return {};
}

std::uint64_t RelayOperation::conversation(std::string_view session) const {
    return fnv1a(session);
}

Result<HttpRequest> RelayOperation::encode(const Provider& provider, const EncodeContext& context,
                                           std::unique_ptr<ResponseDecoder>& decoder) const {
    HttpRequest upstream{.method = request_.method, .target = request_.target, .once = !is_idempotent(request_)};
    for (const auto& [name, value] : request_.headers) upstream.headers.add(name, value);
    if (auto authorised = provider.authorise(upstream.headers, context); !authorised)
        return std::unexpected(std::move(authorised.error()));
    if (request_.body) upstream.tail = SharedTail{.text = request_.body};
    decoder = make_relayed_answer();
    return upstream;
}

std::unique_ptr<ResponseEncoder> RelayOperation::make_encoder(EncoderContext&& /*identity*/) const {
    return make_bytes_encoder(true);
}

}  // namespace breakwater
