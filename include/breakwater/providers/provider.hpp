#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "breakwater/base/clock.hpp"
#include "breakwater/base/error.hpp"
#include "breakwater/base/frame_pool.hpp"
#include "breakwater/base/random.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/canonical/embedding_request.hpp"
#include "breakwater/canonical/image_edit_request.hpp"
#include "breakwater/canonical/image_request.hpp"
#include "breakwater/canonical/moderation_request.hpp"
#include "breakwater/canonical/realtime_request.hpp"
#include "breakwater/canonical/rerank_request.hpp"
#include "breakwater/canonical/speech_request.hpp"
#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/canonical/transcription_request.hpp"
#include "breakwater/config/config.hpp"
#include "breakwater/config/loader.hpp"
#include "breakwater/routing/adapt.hpp"
#include "breakwater/routing/deployment.hpp"
#include "breakwater/wire/http_message.hpp"

namespace breakwater {

/// What an encoder may look at besides the request. Borrowed for the duration of the call.
struct EncodeContext {
    const Deployment& deployment;
    const Secret& credential;
    WallTime now{};  ///< for signatures, which hold for some minutes only
    config::AdaptMode mode;
    Adaptations& adapted;                  ///< the encoder records what it mapped, emulated or dropped
    bool access_token = false;             ///< `credential` is a token that a service gave for a while, not an API key
    const config::AwsKeys* aws = nullptr;  ///< what to sign with, instead of `credential`
};

/// Bytes of one provider answer in, canonical events out. One per attempt, single-threaded, sans-IO. After an Error, or
/// after on_end or on_last, no more calls; they may come when the answer has ended for its dialect, and say nothing
/// then. Works for streams and whole answers alike: it decides by content type and first bytes, not by what was asked.
/// Decoders are liberal: unknown fields, event types and enum values are skipped, never failures; EventSink::on_unknown
/// hears of them.
class ResponseDecoder : public Pooled {
public:
    virtual ~ResponseDecoder() = default;
    /// Status and headers, interim responses excluded. A status that is not 2xx makes the decoder collect an error
    /// body.
    virtual Result<void> on_head(const HttpResponseHead& head) = 0;
    /// Body bytes after transfer decoding, in pieces of any size. An Error is the attempt's failure: the provider's own
    /// (classified, with UpstreamFacts) or upstream_invalid. In-band errors after content come as Errors as well.
    virtual Result<void> on_body(std::string_view bytes, EventSink& sink) = 0;
    /// The body ended where its framing says. Emits what a whole answer holds, then StreamEnd; or an Error: the
    /// provider's (error bodies), upstream_truncated when the dialect's own end was not seen.
    virtual Result<void> on_end(EventSink& sink) = 0;
    /// `on_body` and `on_end` in one, for the bytes that the body ends with: nobody has to keep an answer that came in
    /// one piece.
    virtual Result<void> on_last(std::string_view bytes, EventSink& sink) {
        if (Result<void> done = on_body(bytes, sink); !done) return done;
        return on_end(sink);
    }

    /// The provider was asked for an answer that is made as a whole, though the client may want a stream: nothing of it
    /// comes before all of it is there, not even its head. Said by who makes the request, before the first byte.
    void expect_whole() noexcept { whole_ = true; }
    /// Asked by who waits for the answer.
    [[nodiscard]] bool comes_whole() const noexcept { return whole_; }

private:
    bool whole_ = false;
};

/// What a provider is sent, and what reads its answer.
struct ProviderCall {
    HttpRequest request{};
    std::unique_ptr<ResponseDecoder> decoder{};
};

/// One provider of the configuration: immutable, shared by all workers.
class Provider {
public:
    virtual ~Provider() = default;
    /// The upstream request, complete but for Host, Content-Length and Connection, which the transport writes. The
    /// target is relative to the provider's base URL path ("/chat/completions"). Errors: unsupported_parameter for what
    /// cannot be said in this dialect.
    [[nodiscard]] virtual Result<HttpRequest> encode(const ChatRequest& request,
                                                     const EncodeContext& context) const = 0;
    /// A decoder for the answer to `request`; may keep what it needs of it, not a reference.
    [[nodiscard]] virtual std::unique_ptr<ResponseDecoder> make_decoder(const ChatRequest& request,
                                                                        const Deployment& deployment) const = 0;
    /// Understands what only the request's own dialect can say (ChatRequest::own), as the deployment is asked.
    [[nodiscard]] virtual bool speaks(const ChatRequest& /*request*/, const Deployment& /*deployment*/) const {
        return false;
    }
    /// Asks the deployment to go on with a prompt, and not to chat about it (ChatRequest::completion).
    [[nodiscard]] virtual bool completes(const Deployment& /*deployment*/) const noexcept { return false; }

    /// Adds credential and configured headers to a request that is not of its own making. Errors: unsupported_parameter
    /// where a credential is no header, but signs what is sent.
    virtual Result<void> authorise(Headers& headers, const EncodeContext& context) const;

    // Operations beside chat. By default an Error that says that this provider's API has no such thing.

    /// At most `embedding_batch` inputs. Errors: unsupported_parameter.
    [[nodiscard]] virtual Result<ProviderCall> embed(const EmbeddingRequest& request,
                                                     const EncodeContext& context) const;
    /// How many inputs one call takes, at least 1.
    [[nodiscard]] virtual std::size_t embedding_batch(const Deployment& deployment) const noexcept;
    [[nodiscard]] virtual Result<ProviderCall> rerank(const RerankRequest& request, const EncodeContext& context) const;
    /// At most `moderation_batch` inputs, or parts that go together. Errors: unsupported_parameter.
    [[nodiscard]] virtual Result<ProviderCall> moderate(const ModerationRequest& request,
                                                        const EncodeContext& context) const;
    /// How many inputs with a verdict each one call takes, at least 1.
    [[nodiscard]] virtual std::size_t moderation_batch(const Deployment& deployment) const noexcept;
    [[nodiscard]] virtual Result<ProviderCall> draw(const ImageRequest& request, const EncodeContext& context) const;
    [[nodiscard]] virtual Result<ProviderCall> edit(const ImageEditRequest& request,
                                                    const EncodeContext& context) const;
    [[nodiscard]] virtual Result<ProviderCall> speak(const SpeechRequest& request, const EncodeContext& context) const;
    /// A session over WebSocket: the request without what the handshake adds, and what reads an answer that refuses it.
    /// The request's body, where it has one, is no part of the handshake: it is the message with which the session
    /// begins. Errors: unsupported_parameter, also where the sessions speak another dialect than the client.
    [[nodiscard]] virtual Result<ProviderCall> realtime(const RealtimeRequest& request,
                                                        const EncodeContext& context) const;
    /// Whether the form of a transcription goes on as it came, so that its file may still be on its way when the
    /// request begins. Where it does not, `transcribe` needs all of it.
    [[nodiscard]] virtual bool passes_forms_on(const Deployment& /*deployment*/) const noexcept { return false; }
    /// By default a chat with the recording, where the model takes sound: a provider needs no API for it then.
    [[nodiscard]] virtual Result<ProviderCall> transcribe(const TranscriptionRequest& request,
                                                          const EncodeContext& context) const;
};

/// One line of the registry: a dialect.
struct ProviderModule {
    std::string_view dialect;           ///< the name in YAML
    std::string_view vendor;            ///< catalogue file whose models it serves by default, or ""
    std::string_view default_base_url;  ///< as the vendor's SDK takes it
    std::string_view key_variable;      ///< usual environment variable, or ""
    bool needs_key;
    /// Capabilities of the dialect itself, under preset, catalogue and file.
    Capabilities (*capabilities)();
    std::unique_ptr<Provider> (*make)(const config::Provider& provider);
    /// Where the settings decide on the address of a provider without a base_url (a region's host): it, as the vendor's
    /// SDK takes it.
    std::string (*address)(const config::Provider& provider) = nullptr;
    bool aws = false;     ///< takes a region and AWS keys (config::AwsSettings)
    bool google = false;  ///< takes a project and a Google account (config::GoogleSettings)
    /// Models that are another vendor's than `vendor`: what their names begin with, and the vendor's catalogue file.
    std::span<const std::pair<std::string_view, std::string_view>> vendors{};
    /// Instead of `capabilities` where models speak different dialects.
    Capabilities (*model_capabilities)(std::string_view model) = nullptr;
    /// Where the service lacks what a model has at its vendor's: over the catalogue, under the deployment's own.
    Capabilities (*limits)(const config::Deployment& deployment) = nullptr;
    /// APIs that a deployment may be pinned to (config::Deployment::api).
    std::span<const std::string_view> apis{};
    /// Why a model cannot be asked through one of them, as a sentence without its end, or nothing.
    std::optional<std::string> (*api_fault)(std::string_view api, std::string_view model) = nullptr;
};

/// All dialects, in the order of the registry (src/providers/registry.cpp).
std::span<const ProviderModule> all_provider_modules() noexcept;
const ProviderModule* find_provider_module(std::string_view dialect) noexcept;
/// The registry in the words of the configuration loader.
std::vector<config::DialectInfo> dialect_infos();

/// Shared by decoders: classifies a failed answer. `facts` must already be sanitised.
Error classify_upstream_error(UpstreamFacts facts, std::optional<std::chrono::milliseconds> retry_after);
/// Retry-After in all its forms: retry-after-ms, retry-after (seconds or HTTP date). `now` for dates.
std::optional<std::chrono::milliseconds> parse_retry_after(const Headers& headers, WallTime now);

}  // namespace breakwater
