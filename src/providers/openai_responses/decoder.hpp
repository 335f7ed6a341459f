#pragma once

#include <string_view>

#include "../shared/body_decoder.hpp"
#include "answer_stream.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/sse_parser.hpp"
#include "errors.hpp"

namespace breakwater::openai_responses {

/// Decodes one answer of the API, whatever form it turns out to have: an event stream, one response object, or an
/// error.
class Decoder final : public BodyDecoder, private SseHandler {
public:
    explicit Decoder(AnswerShape shape) : BodyDecoder("more than a response can hold"), stream_(std::move(shape)) {}

private:
    void keep_context(const HttpResponseHead& head) override { context_ = ErrorContext::of(head); }
    [[nodiscard]] const ErrorContext& context() const noexcept override { return context_; }
    Result<void> read_stream(std::string_view bytes, EventSink& sink) override;
    Result<void> end_stream(EventSink& sink) override;
    Result<void> read_document(std::string_view document, EventSink& sink) override;
    [[nodiscard]] Error error_of(std::string_view body) const override { return answer_error(body, context_); }
    Result<void> on_sse(const SseEvent& event) override;

    ErrorContext context_;
    JsonReader& reader_ = shared_json_reader();
    SseParser sse_;
    AnswerStream stream_;
    EventSink* sink_ = nullptr;  // of the call that is running
};

}  // namespace breakwater::openai_responses
