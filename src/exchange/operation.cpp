#include "breakwater/exchange/operation.hpp"

#include "breakwater/base/random.hpp"
#include "breakwater/exchange/exchange.hpp"

namespace breakwater {

Result<void> Operation::decode_start(std::string& /*start*/, std::unique_ptr<BodyJudge>& /*judge*/) {
    return fail(ErrorKind::internal, "The request was taken up before all of it had come, which it cannot be.");
}

std::uint64_t Operation::conversation(std::string_view session) const {
    return fnv1a(session);
}

Task<void> Operation::run(const ExchangeRequest& exchange, ClientStream& client, const ExchangeContext& context,
                          ExchangeReport& report) {
    return run_exchange(exchange, client, context, report);
}

Result<HttpRequest> Operation::take_call(Result<ProviderCall>&& call, std::unique_ptr<ResponseDecoder>& decoder) {
    if (!call) return std::unexpected(std::move(call.error()));
    decoder = std::move(call->decoder);
    return std::move(call->request);
}

TokenEstimate Operation::estimate_tokens(std::size_t bytes) noexcept {
    const auto count = static_cast<std::int64_t>(bytes);
    return {.low = count / 6, .likely = count / 4, .high = count / 2};
}

}  // namespace breakwater
