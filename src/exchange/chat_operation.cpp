#include "breakwater/exchange/chat_operation.hpp"

#include <utility>

#include "breakwater/ingress/named_files.hpp"
#include "breakwater/ingress/route_wish.hpp"

namespace breakwater {

Result<void> ChatOperation::decode(std::string& body, JsonReader& reader) {
    if (counts_only_) return dialect_.decode_to_count(body, reader, request_);
    auto decoded = dialect_.decode(body, reader, request_);
    return decoded && may_name_files(request_) ? take_files(reader) : decoded;
}

// The ids of files become the provider's own in the client's text, which is then read as if it had come like that:
// what is typed and what is sent on are the same.
Result<void> ChatOperation::take_files(JsonReader& reader) {
    std::string body = request_.sent->body;
    auto provider = take_named_files(body, NamesFilesIn::message);
    if (!provider) return std::unexpected(std::move(provider.error()));
    if (provider->empty()) return {};
    files_of_ = std::move(*provider);
    request_ = ChatRequest{};
    return dialect_.decode(body, reader, request_);
}

Result<void> ChatOperation::take_wish(JsonReader& reader, RouteWish& wish) {
    return take_route_wish(request_.extensions, reader, wish);
}

RequestNeeds ChatOperation::needs() const {
    return needs_of(request_);
}

std::uint64_t ChatOperation::conversation(std::string_view session) const {
    return conversation_of(request_, session);
}

Result<HttpRequest> ChatOperation::encode(const Provider& provider, const EncodeContext& context,
                                          std::unique_ptr<ResponseDecoder>& decoder) const {
    BentRequest bent(request_);
    const Deployment& deployment = context.deployment;
    if (request_.own && !provider.speaks(request_, deployment)) {
        if (auto done = drop_own_words(bent, context.mode, context.adapted); !done)
            return std::unexpected(std::move(done.error()));
    }
    if (request_.completion.asked && !provider.completes(deployment)) {
        if (auto done = drop_completion_words(bent, context.mode, context.adapted); !done)
            return std::unexpected(std::move(done.error()));
    }
    if (auto done = adapt_request(bent, deployment.capabilities, deployment.facts, context.mode, context.adapted);
        !done) {
        return std::unexpected(std::move(done.error()));
    }
    Result<HttpRequest> upstream = provider.encode(bent.get(), context);
    if (!upstream) return upstream;
    decoder = provider.make_decoder(bent.get(), deployment);
    if (!bent.get().stream) decoder->expect_whole();
    return upstream;
}

std::unique_ptr<ResponseEncoder> ChatOperation::make_encoder(EncoderContext&& identity) const {
    identity.stream = request_.stream;
    identity.include_usage = request_.include_usage;
    identity.legacy_functions = request_.legacy_functions;
    identity.request = &request_;
    return dialect_.make_encoder(std::move(identity));
}

}  // namespace breakwater
