#pragma once

#include <string_view>

#include "../shared/body_decoder.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/sse_parser.hpp"
#include "errors.hpp"
#include "message_stream.hpp"

namespace breakwater::cohere {

/// Bytes of one answer to canonical events: finds out what kind of body it is, and feeds MessageStream.
class Decoder final : public BodyDecoder, private SseHandler {
public:
    explicit Decoder(AnswerShape shape) : BodyDecoder("more than a message can hold"), stream_(std::move(shape)) {}

private:
    void keep_context(const HttpResponseHead& head) override { context_ = error_context(head); }
    [[nodiscard]] const ErrorContext& context() const noexcept override { return context_; }
    Result<void> read_stream(std::string_view bytes, EventSink& sink) override;
    Result<void> end_stream(EventSink& sink) override;
    Result<void> read_document(std::string_view document, EventSink& sink) override;
    [[nodiscard]] Error error_of(std::string_view body) const override { return answer_error(body, context_); }
    Result<void> on_sse(const SseEvent& event) override;

    ErrorContext context_;
    MessageStream stream_;
    SseParser sse_;
    JsonReader& reader_ = shared_json_reader();
    EventSink* sink_ = nullptr;  // set while the SSE parser calls back
};

}  // namespace breakwater::cohere
