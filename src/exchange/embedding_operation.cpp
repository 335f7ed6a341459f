#include "breakwater/exchange/embedding_operation.hpp"

#include <algorithm>
#include <iterator>

#include "batches.hpp"
#include "breakwater/base/random.hpp"

namespace breakwater {

std::unique_ptr<Operation> EmbeddingOperation::take_part(std::size_t first, std::size_t count) {
    auto part = std::make_unique<EmbeddingOperation>(*dialect_);
    EmbeddingRequest& request = part->request_;
    const std::size_t last = std::min(first + count, request_.inputs.size());
    const auto begin = request_.inputs.begin();
    request.model = request_.model;
    request.inputs.assign(std::make_move_iterator(begin + static_cast<std::ptrdiff_t>(first)),
                          std::make_move_iterator(begin + static_cast<std::ptrdiff_t>(last)));
    request.dimensions = request_.dimensions;
    request.input_type = request_.input_type;
    request.user = request_.user;
    request.base64 = request_.base64;
    request.extensions = request_.extensions;
    part->part_ = true;
    part->first_ = static_cast<std::uint32_t>(first);
    return part;
}

Result<void> EmbeddingOperation::decode(std::string& body, JsonReader& reader) {
    return dialect_->decode(body, reader, request_);
}

std::uint64_t EmbeddingOperation::conversation(std::string_view session) const {
    return fnv1a(session.empty() ? std::string_view(request_.user) : session);
}

Result<HttpRequest> EmbeddingOperation::encode(const Provider& provider, const EncodeContext& context,
                                               std::unique_ptr<ResponseDecoder>& decoder) const {
    return take_call(provider.embed(request_, context), decoder);
}

std::unique_ptr<ResponseEncoder> EmbeddingOperation::make_encoder(EncoderContext&& identity) const {
    if (part_) return dialect_->make_part_encoder(first_, request_.base64);
    return dialect_->make_encoder(std::move(identity), request_.base64);
}

std::string EmbeddingOperation::join(std::string_view items, EncoderContext&& identity, const Usage* usage) const {
    return dialect_->answer(items, identity.model, usage);
}

Task<void> EmbeddingOperation::run(const ExchangeRequest& exchange, ClientStream& client,
                                   const ExchangeContext& context, ExchangeReport& report) {
    return run_in_batches(*this, &Provider::embedding_batch, exchange, client, context, report);
}

}  // namespace breakwater
