#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "body_form.hpp"
#include "breakwater/providers/provider.hpp"
#include "error_context.hpp"

namespace breakwater {

/// Finds out what the body of an answer to a chat is (an error, a stream, or one document), and keeps what can be read
/// only as a whole; a document that comes in one piece is read where it lies. What is in them is for the dialects that
/// derive from it.
class BodyDecoder : public ResponseDecoder {
public:
    Result<void> on_head(const HttpResponseHead& head) final;
    Result<void> on_body(std::string_view bytes, EventSink& sink) final;
    Result<void> on_end(EventSink& sink) final;
    Result<void> on_last(std::string_view bytes, EventSink& sink) final;

protected:
    enum class Body : std::uint8_t { unknown, error, stream, document };

    /// `too_large`: what a longer document is than any model answers with, for the message.
    explicit BodyDecoder(std::string_view too_large) noexcept : too_large_(too_large) {}

    /// Keeps what the head says of a failure, of which `context` then is a part.
    virtual void keep_context(const HttpResponseHead& head) = 0;
    [[nodiscard]] virtual const ErrorContext& context() const noexcept = 0;
    /// What a body is that begins with `bytes`, which then are those to read; unknown as long as they do not tell. Of
    /// most dialects it is JSON or server-sent events. Errors: upstream_invalid.
    virtual Result<Body> recognise(std::string_view& bytes);
    virtual Result<void> read_stream(std::string_view bytes, EventSink& sink) = 0;
    /// The bytes of a stream have ended.
    virtual Result<void> end_stream(EventSink& sink) = 0;
    virtual Result<void> read_document(std::string_view document, EventSink& sink) = 0;
    /// The failure that a body with another status stands for.
    [[nodiscard]] virtual Error error_of(std::string_view body) const = 0;

private:
    /// Finds out what the body is, where that is not known.
    Result<void> begin(std::string_view& bytes);
    Result<void> take(std::string_view bytes, EventSink& sink);

    std::string_view too_large_;
    BodyFormFinder form_;
    std::string collected_;  // an error body, or a document
    Body body_ = Body::unknown;
};

}  // namespace breakwater
