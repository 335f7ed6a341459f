#include "breakwater/exchange/moderation_operation.hpp"

#include <algorithm>
#include <iterator>

#include "batches.hpp"
#include "breakwater/ingress/moderations.hpp"

namespace breakwater {

std::unique_ptr<Operation> ModerationOperation::take_part(std::size_t first, std::size_t count) {
    auto part = std::make_unique<ModerationOperation>();
    ModerationRequest& request = part->request_;
    const std::size_t last = std::min(first + count, request_.parts.size());
    const auto begin = request_.parts.begin();
    request.model = request_.model;
    request.parts.assign(std::make_move_iterator(begin + static_cast<std::ptrdiff_t>(first)),
                         std::make_move_iterator(begin + static_cast<std::ptrdiff_t>(last)));
    request.extensions = request_.extensions;
    part->part_ = true;
    return part;
}

std::string ModerationOperation::join(std::string_view items, EncoderContext&& identity, const Usage* /*usage*/) const {
    return moderation_answer(items, identity);
}

Result<void> ModerationOperation::decode(std::string& body, JsonReader& reader) {
    return decode_moderation_request(body, reader, request_);
}

Result<HttpRequest> ModerationOperation::encode(const Provider& provider, const EncodeContext& context,
                                                std::unique_ptr<ResponseDecoder>& decoder) const {
    return take_call(provider.moderate(request_, context), decoder);
}

std::unique_ptr<ResponseEncoder> ModerationOperation::make_encoder(EncoderContext&& identity) const {
    return part_ ? make_moderation_part_encoder() : make_moderation_encoder(std::move(identity));
}

Task<void> ModerationOperation::run(const ExchangeRequest& exchange, ClientStream& client,
                                    const ExchangeContext& context, ExchangeReport& report) {
    return run_in_batches(*this, &Provider::moderation_batch, exchange, client, context, report);
}

}  // namespace breakwater
