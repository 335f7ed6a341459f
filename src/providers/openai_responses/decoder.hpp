#pragma once

#include <string>
#include <string_view>

#include "../shared/body_form.hpp"
#include "answer_stream.hpp"
#include "breakwater/providers/provider.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "breakwater/wire/sse_parser.hpp"
#include "errors.hpp"

namespace breakwater::openai_responses {

/// Decodes one answer of the API, whatever form it turns out to have: an event stream, one response object, or an
/// error.
class Decoder final : public ResponseDecoder, private SseHandler {
public:
    explicit Decoder(AnswerShape shape) : stream_(std::move(shape)) {}

    Result<void> on_head(const HttpResponseHead& head) override;
    Result<void> on_body(std::string_view bytes, EventSink& sink) override;
    Result<void> on_end(EventSink& sink) override;
    Result<void> on_last(std::string_view bytes, EventSink& sink) override;

private:
    Result<void> on_bytes(std::string_view bytes, EventSink& sink);
    Result<void> on_sse(const SseEvent& event) override;
    Result<void> decode_whole(std::string_view body, EventSink& sink);

    ErrorContext context_;
    BodyFormFinder body_form_;
    JsonReader& reader_ = shared_json_reader();
    SseParser sse_;
    std::string collected_;  // a whole answer, or the body of an error
    AnswerStream stream_;
    EventSink* sink_ = nullptr;  // of the call that is running
};

}  // namespace breakwater::openai_responses
