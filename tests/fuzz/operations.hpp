#pragma once

#include <memory>
#include <string_view>

#include "breakwater/exchange/embedding_operation.hpp"
#include "breakwater/exchange/image_edit_operation.hpp"
#include "breakwater/exchange/image_operation.hpp"
#include "breakwater/exchange/moderation_operation.hpp"
#include "breakwater/exchange/rerank_operation.hpp"
#include "breakwater/exchange/speech_operation.hpp"
#include "breakwater/exchange/transcription_operation.hpp"

namespace breakwater {

/// The boundary of every form.
inline constexpr const char* kBoundary = "boundary";

/// Something that clients ask for beside chats.
struct OperationKind {
    std::unique_ptr<Operation> (*make)();
    std::string_view request;  ///< a body of it that is in order
};

template <class Kind>
std::unique_ptr<Operation> make_operation() {
    return std::make_unique<Kind>();
}
template <const EmbeddingDialect& (*kDialect)()>
std::unique_ptr<Operation> make_embeddings() {
    return std::make_unique<EmbeddingOperation>(kDialect());
}
template <bool kTranslate>
std::unique_ptr<Operation> make_transcription() {
    return std::make_unique<TranscriptionOperation>(kBoundary, kTranslate);
}
inline std::unique_ptr<Operation> make_edit() {
    return std::make_unique<ImageEditOperation>(kBoundary);
}

inline constexpr OperationKind kOperations[] = {
    {make_embeddings<openai_embeddings>, R"({"model":"m","input":["a","b"]})"},
    {make_embeddings<google_embedding>, R"({"content":{"parts":[{"text":"a"}]}})"},
    {make_embeddings<google_embedding_batch>, R"({"requests":[{"content":{"parts":[{"text":"a"}]}}]})"},
    {make_operation<RerankOperation>, R"({"model":"m","query":"q","documents":["a","b"],"return_documents":true})"},
    {make_operation<ModerationOperation>, R"({"model":"m","input":["a","b"]})"},
    {make_operation<ImageOperation>, R"({"model":"m","prompt":"p","response_format":"url"})"},
    {make_operation<ImageOperation>, R"({"model":"m","prompt":"p","stream":true,"partial_images":1})"},
    {make_edit,
     "--boundary\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n"
     "--boundary\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\np\r\n"
     "--boundary\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n"
     "Content-Type: image/png\r\n\r\n\x89PNG\r\n--boundary--\r\n"},
    {make_operation<SpeechOperation>, R"({"model":"m","input":"a","voice":"alloy"})"},
    {make_operation<SpeechOperation>, R"({"model":"m","input":"a","voice":"alloy","stream_format":"sse"})"},
    {make_transcription<false>,
     "--boundary\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n"
     "--boundary\r\nContent-Disposition: form-data; name=\"response_format\"\r\n\r\nverbose_json\r\n"
     "--boundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\nRIFF\r\n--boundary--\r\n"},
    {make_transcription<false>,
     "--boundary\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n"
     "--boundary\r\nContent-Disposition: form-data; name=\"stream\"\r\n\r\ntrue\r\n"
     "--boundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\nRIFF\r\n--boundary--\r\n"},
    {make_transcription<true>,
     "--boundary\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n"
     "--boundary\r\nContent-Disposition: form-data; name=\"response_format\"\r\n\r\nsrt\r\n"
     "--boundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\nRIFF\r\n--boundary--\r\n"},
};

/// Encoders go by the name of the model where the vendor's models differ in what they take.
inline constexpr std::string_view kOperationModels[] = {"m",
                                                        "gpt-image-1",
                                                        "dall-e-3",
                                                        "whisper-1",
                                                        "gpt-4o-audio-preview",
                                                        "gemini-embedding-001",
                                                        "gemini-2.5-flash-image",
                                                        "imagen-4.0-generate-001",
                                                        "gemini-2.5-flash-preview-tts",
                                                        "amazon.titan-embed-text-v2:0",
                                                        "cohere.embed-multilingual-v3",
                                                        "cohere.rerank-v3-5:0",
                                                        "amazon.nova-canvas-v1:0",
                                                        "gr7abc123def:2"};

/// What `encode` takes of a list: as many inputs as one call does. Null where that is all of them.
inline std::unique_ptr<Operation> part_for_one_call(Operation& whole, const Provider& provider,
                                                    const Deployment& deployment) {
    auto* const list = dynamic_cast<InputList*>(&whole);
    if (list == nullptr) return nullptr;
    const bool verdicts = whole.mode() == ModelMode::moderation;
    const std::size_t batch = verdicts ? provider.moderation_batch(deployment) : provider.embedding_batch(deployment);
    return batch < list->inputs() ? list->take_part(0, batch) : nullptr;
}

/// An operation, or the part of it that one call takes, put to a provider of the dialect.
struct Call {
    Call(const ProviderModule& module, std::string_view model, Operation& whole, config::AdaptMode mode)
        : provider(module.make(config::Provider{.name = "fuzzed", .dialect = std::string(module.dialect)})),
          deployment{
              .name = "d", .provider = "fuzzed", .model = std::string(model), .capabilities = module.capabilities()},
          part(part_for_one_call(whole, *provider, deployment)),
          operation(part ? *part : whole),
          http(operation.encode(*provider,
                                {.deployment = deployment, .credential = credential, .mode = mode, .adapted = adapted},
                                decoder)) {}

    std::unique_ptr<Provider> provider;
    Deployment deployment;
    Secret credential{"fuzz-key-0001"};
    Adaptations adapted{};
    std::unique_ptr<Operation> part;
    const Operation& operation;
    std::unique_ptr<ResponseDecoder> decoder{};
    Result<HttpRequest> http;
};

}  // namespace breakwater
