#include "breakwater/exchange/chat_operation.hpp"

#include <utility>

#include "breakwater/ingress/named_files.hpp"
#include "breakwater/ingress/route_wish.hpp"
#include "breakwater/providers/owned_answer.hpp"

namespace breakwater {

Result<void> ChatOperation::decode(std::string& body, JsonReader& reader) {
    if (counts_only_) return dialect_.decode_to_count(body, reader, request_);
    auto decoded = dialect_.decode(body, reader, request_);
    return decoded && may_name_files(request_) ? take_files(reader) : decoded;
}

// The ids of files become the provider's own in the client's text, which is then read as if it had come like that:
// what is typed and what is sent on are the same.
Result<void> ChatOperation::take_files(JsonReader& reader) {
    auto files = take_named_files(request_.sent->body, NamesFilesIn::message, reader);
    if (!files) return std::unexpected(std::move(files.error()));
    if (files->provider.empty()) return {};
    files_of_ = std::move(files->provider);
    request_ = ChatRequest{};
    if (auto decoded = dialect_.decode(files->body, reader, request_); !decoded) return decoded;
    // Providers do not look into blocks that only this dialect has, for whether files are in use.
    request_.extensions.emplace_back("anthropic_beta", std::string(1, '"').append(kAnthropicFilesBeta).append(1, '"'));
    return {};
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

// Leaves out what this provider is not told, and bends the rest to what the deployment can.
Result<void> ChatOperation::bend(BentRequest& bent, const Provider& provider, const EncodeContext& context) const {
    const Deployment& deployment = context.deployment;
    if (request_.own && !provider.speaks(request_, deployment)) {
        if (auto done = drop_own_words(bent, context.mode, context.adapted); !done) return done;
    }
    if (request_.completion.asked && !provider.completes(deployment)) {
        if (auto done = drop_completion_words(bent, context.mode, context.adapted); !done) return done;
    }
    return adapt_request(bent, deployment.capabilities, deployment.facts, context.mode, context.adapted);
}

// One value is made and returned, so that a request is never moved on its way out.
Result<HttpRequest> ChatOperation::encode(const Provider& provider, const EncodeContext& context,
                                          std::unique_ptr<ResponseDecoder>& decoder) const {
    BentRequest bent(request_);
    Result<void> done = bend(bent, provider, context);
    Result<HttpRequest> upstream =
        done ? provider.encode(bent.get(), context) : Result<HttpRequest>(std::unexpected(std::move(done.error())));
    if (upstream) {
        decoder = provider.make_decoder(bent.get(), context.deployment);
        if (!bent.get().stream) decoder->expect_whole();
    }
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
