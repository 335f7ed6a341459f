#pragma once

#include <string>
#include <utility>

#include "../anthropic/message_stream.hpp"
#include "framed_decoder.hpp"

namespace breakwater::bedrock {

/// Bytes of one answer of a Claude model through InvokeModel to canonical events: a message of Anthropic's Messages
/// API, or frames each of which holds one of that API's events as base64
/// (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html).
class MessagesDecoder final : public FramedDecoder {
public:
    explicit MessagesDecoder(anthropic::AnswerShape shape) : messages_(std::move(shape)) {}

private:
    Result<void> read_whole(JsonReader::Element answer, EventSink& sink) override;
    Result<void> read_frame(const EventFrame& frame, EventSink& sink) override;
    Result<void> read_event(EventSink& sink);
    Result<void> read_eof(EventSink& sink) override { return messages_.on_eof(sink); }
    [[nodiscard]] bool ended() const noexcept override { return messages_.ended(); }
    /// An error in the model's own words.
    [[nodiscard]] std::unexpected<Error> failure(JsonReader::Element event) const;

    std::string bytes_;  // of the event at hand, as JSON
    anthropic::MessageStream messages_;
};

}  // namespace breakwater::bedrock
