#pragma once

#include <utility>

#include "answer_stream.hpp"
#include "framed_decoder.hpp"

namespace breakwater::bedrock {

/// Bytes of one answer of Converse to canonical events.
class Decoder final : public FramedDecoder {
public:
    explicit Decoder(AnswerShape shape) : answer_(std::move(shape)) {}

private:
    Result<void> read_whole(JsonReader::Element answer, EventSink& sink) override;
    Result<void> read_frame(const EventFrame& frame, EventSink& sink) override;
    Result<void> read_eof(EventSink& sink) override { return answer_.on_eof(sink); }
    [[nodiscard]] bool ended() const noexcept override { return answer_.ended(); }
    [[nodiscard]] Result<void> check_malformed() const;

    AnswerStream answer_;
    bool started_ = false;
};

}  // namespace breakwater::bedrock
