#include "breakwater/providers/provider.hpp"

#include <limits>

#include "breakwater/routing/adapt.hpp"
#include "chat_transcription.hpp"

namespace breakwater {
namespace {

std::unexpected<Error> has_no(std::string_view operation, const EncodeContext& context) {
    return fail(ErrorKind::unsupported_parameter,
                "The API of provider " + context.deployment.provider + " has no " + std::string(operation) + ".",
                "model");
}

}  // namespace

Result<void> Provider::authorise(Headers& /*headers*/, const EncodeContext& context) const {
    return fail(ErrorKind::unsupported_parameter,
                "Requests to provider " + context.deployment.provider +
                    " are signed for what the gateway writes itself, so that none can be passed on as it came.");
}

Result<ProviderCall> Provider::embed(const EmbeddingRequest& /*request*/, const EncodeContext& context) const {
    return has_no("embeddings", context);
}

std::size_t Provider::embedding_batch(const Deployment& /*deployment*/) const noexcept {
    return std::numeric_limits<std::size_t>::max();
}

Result<ProviderCall> Provider::rerank(const RerankRequest& /*request*/, const EncodeContext& context) const {
    return has_no("ranking of documents", context);
}

Result<ProviderCall> Provider::moderate(const ModerationRequest& /*request*/, const EncodeContext& context) const {
    return has_no("moderation", context);
}

std::size_t Provider::moderation_batch(const Deployment& /*deployment*/) const noexcept {
    return std::numeric_limits<std::size_t>::max();
}

Result<ProviderCall> Provider::draw(const ImageRequest& /*request*/, const EncodeContext& context) const {
    return has_no("generation of images", context);
}

Result<ProviderCall> Provider::edit(const ImageEditRequest& /*request*/, const EncodeContext& context) const {
    return has_no("editing of images", context);
}

Result<ProviderCall> Provider::speak(const SpeechRequest& /*request*/, const EncodeContext& context) const {
    return has_no("speech", context);
}

Result<ProviderCall> Provider::realtime(const RealtimeRequest& /*request*/, const EncodeContext& context) const {
    return has_no("realtime sessions", context);
}

Result<ProviderCall> Provider::transcribe(const TranscriptionRequest& request, const EncodeContext& context) const {
    if (!context.deployment.capabilities.supports(Feature::audio_input))
        return has_no("transcription of audio", context);
    EncodeNotes notes(context.mode, context.adapted);
    const ChatRequest chat = transcription_as_chat(request, notes);
    if (notes.refusal()) return std::unexpected(*notes.refusal());
    const Deployment& deployment = context.deployment;
    BentRequest bent(chat);
    if (auto done = adapt_request(bent, deployment.capabilities, deployment.facts, context.mode, context.adapted);
        !done)
        return std::unexpected(std::move(done.error()));
    auto upstream = encode(bent.get(), context);
    if (!upstream) return std::unexpected(std::move(upstream.error()));
    ProviderCall call{.request = std::move(*upstream),
                      .decoder = transcript_of_chat(make_decoder(bent.get(), deployment), request)};
    if (!bent.get().stream) call.decoder->expect_whole();
    return call;
}

}  // namespace breakwater
