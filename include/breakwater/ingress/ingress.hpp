#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "breakwater/base/error.hpp"
#include "breakwater/base/frame_pool.hpp"
#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/canonical/chat_response.hpp"
#include "breakwater/canonical/recovered.hpp"
#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/catalog/model.hpp"
#include "breakwater/wire/http_message.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater {

/// Takes finished answers of dialects in which a later request can go on from an earlier one. Outlives the encoder.
class AnswerKeeper {
public:
    virtual ~AnswerKeeper() = default;
    /// A whole answer in the client's dialect, as JSON. At most once; not for answers that failed.
    virtual void keep(std::string_view answer) = 0;
};

/// What the client sees of the answer's identity; fixed for all chunks of one answer. Values but for `request_id`:
/// encoders may outlive the request.
struct EncoderContext {
    std::string response_id;   ///< the dialect's `id_prefix` + 24 characters
    std::int64_t created = 0;  ///< seconds, gateway clock: the same on every chunk and for every attempt
    std::string model;         ///< the model that answers (C11): the deployment's upstream name
    bool stream = false;
    bool include_usage = false;
    bool legacy_functions = false;
    /// What was asked, for dialects whose answers repeat some of it; valid during `make_encoder` only.
    const ChatRequest* request = nullptr;
    AnswerKeeper* keeper = nullptr;  ///< null: nothing is kept
    /// Of the request, as its header has it, for dialects whose errors tell it; borrowed until the answer has ended.
    std::string_view request_id{};
};

/// Canonical events in, bytes of a client dialect out. It sits behind the StreamGuard and trusts its grammar. For a
/// whole answer it folds and writes once at the end. One per request, single-threaded. Bytes are appended to `out()`,
/// which the exchange writes to the client and clears after each upstream read.
class ResponseEncoder : public EventSink, public Pooled {
public:
    /// Content-Type and other headers that the dialect fixes, into a fresh head.
    virtual void head(HttpResponseHead& head) const = 0;
    [[nodiscard]] virtual std::string& out() noexcept = 0;
    /// A keep-alive between events, or nothing where the dialect has none.
    virtual void ping() = 0;
    /// Whether a StreamFault is written; else the answer is cut off in the client's sight, for its bytes have no place
    /// for words.
    [[nodiscard]] virtual bool says_faults() const noexcept { return true; }
    /// What follows completes an answer that broke off. For dialects that have a place to say so.
    virtual void recovered(const Recovered& /*by*/) {}
};

/// A client dialect: immutable, shared by all workers.
class Ingress {
public:
    virtual ~Ingress() = default;
    [[nodiscard]] virtual std::string_view name() const noexcept = 0;       ///< "openai.chat"
    [[nodiscard]] virtual std::string_view id_prefix() const noexcept = 0;  ///< of an answer's id: "chatcmpl-"
    /// What a deployment has to do to be asked.
    [[nodiscard]] virtual ModelMode mode() const noexcept { return ModelMode::chat; }
    /// The request, checked and typed, into a `request` that holds what the path says (`model`, `stream`, where the
    /// dialect has them there) and nothing else; after an error it holds nothing of use. Errors are complete (message,
    /// param, code). `reader` is the worker's; `body` is taken over by the request, whose long texts
    /// stay there, also after an error.
    virtual Result<void> decode(std::string& body, JsonReader& reader, ChatRequest& request) const = 0;
    /// The same of a body whose tokens are to be counted, for dialects that ask for that.
    virtual Result<void> decode_to_count(std::string& body, JsonReader& reader, ChatRequest& request) const {
        return decode(body, reader, request);
    }
    /// The answer to it.
    [[nodiscard]] virtual std::string encode_count(std::int64_t /*tokens*/) const { return {}; }
    /// The header in which the dialect's SDKs look for the id of a request, where that is not x-request-id.
    [[nodiscard]] virtual std::string_view request_id_header() const noexcept { return {}; }
    /// Puts what was said in earlier requests before the conversation of `request`: lists of items as JSON, oldest
    /// first. For dialects that set `OwnWords::previous_response_id`. Errors: invalid_request.
    virtual Result<void> go_on(std::span<const std::string> /*earlier*/, JsonReader& /*reader*/,
                               ChatRequest& /*request*/) const {
        return {};
    }
    [[nodiscard]] virtual std::unique_ptr<ResponseEncoder> make_encoder(EncoderContext context) const = 0;
    /// The dialect's error answer: body, content type, Retry-After and x-should-retry. Request headers are the
    /// caller's; `request_id` is what they say.
    [[nodiscard]] virtual HttpResponse encode_error(const Error& error, std::string_view request_id) const = 0;
    /// The end of a stream that has a head, and pings at most, but no event of an answer.
    [[nodiscard]] std::string encode_stream_error(const Error& error, std::string_view request_id) const {
        const std::unique_ptr<ResponseEncoder> encoder = make_encoder({.stream = true, .request_id = request_id});
        encoder->on_event(StreamFault{error});
        return std::move(encoder->out());
    }
};

/// All dialects (src/ingress/registry.cpp).
std::span<const Ingress* const> all_ingresses() noexcept;
const Ingress* find_ingress(std::string_view name) noexcept;

}  // namespace breakwater
