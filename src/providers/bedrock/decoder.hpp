#pragma once

#include <cstdint>
#include <string>

#include "answer_stream.hpp"
#include "breakwater/providers/provider.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "errors.hpp"
#include "event_stream.hpp"

namespace breakwater::bedrock {

/// Bytes of one answer to canonical events: finds out what kind of body it is, and feeds AnswerStream.
class Decoder final : public ResponseDecoder, private EventFrameHandler {
public:
    explicit Decoder(AnswerShape shape) : answer_(std::move(shape)) {}

    Result<void> on_head(const HttpResponseHead& head) override;
    Result<void> on_body(std::string_view bytes, EventSink& sink) override;
    Result<void> on_end(EventSink& sink) override;

private:
    enum class Body : std::uint8_t { unknown, error, frames, whole };

    Result<void> on_frame(const EventFrame& frame) override;
    Result<void> recognise(std::string_view bytes);
    Result<void> collect(std::string_view bytes);
    Result<void> decode_whole(EventSink& sink);
    Result<void> check_malformed();

    ErrorContext context_;
    AnswerStream answer_;
    EventStreamParser frames_;
    JsonReader& reader_ = shared_json_reader();
    std::string collected_;      // an error body, or a whole answer
    EventSink* sink_ = nullptr;  // set while the frame parser calls back
    Body body_ = Body::unknown;
    bool started_ = false;
};

}  // namespace breakwater::bedrock
