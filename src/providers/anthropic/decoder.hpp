#pragma once

#include <cstdint>
#include <string>

#include "breakwater/providers/provider.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/sse_parser.hpp"
#include "errors.hpp"
#include "message_stream.hpp"

namespace breakwater::anthropic {

/// Bytes of one answer to canonical events: finds out what kind of body it is, and feeds MessageStream.
class Decoder final : public ResponseDecoder, private SseHandler {
public:
    explicit Decoder(AnswerShape shape) : stream_(std::move(shape)) {}

    Result<void> on_head(const HttpResponseHead& head) override;
    Result<void> on_body(std::string_view bytes, EventSink& sink) override;
    Result<void> on_end(EventSink& sink) override;
    Result<void> on_last(std::string_view bytes, EventSink& sink) override;

private:
    enum class Body : std::uint8_t { unknown, error, events, whole };

    Result<void> on_sse(const SseEvent& event) override;
    Result<void> recognise(std::string_view& bytes);
    Result<void> collect(std::string_view bytes);
    Result<void> decode_whole(std::string_view body, EventSink& sink);

    ErrorContext context_;
    MessageStream stream_;
    SseParser sse_;
    JsonReader& reader_ = shared_json_reader();
    std::string collected_;      // an error body, or a whole answer
    EventSink* sink_ = nullptr;  // set while the SSE parser calls back
    Body body_ = Body::unknown;
};

}  // namespace breakwater::anthropic
