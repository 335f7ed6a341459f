#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "breakwater/providers/provider.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "errors.hpp"
#include "event_stream.hpp"

namespace breakwater::bedrock {

/// Finds out what kind of body an answer has (frames, a whole answer, an error), takes frames and JSON apart, and makes
/// the service's failures of its exceptions. What is in them is for those that derive from it: Converse and InvokeModel
/// differ in nothing else.
class FramedDecoder : public ResponseDecoder, private EventFrameHandler {
public:
    Result<void> on_head(const HttpResponseHead& head) final;
    Result<void> on_body(std::string_view bytes, EventSink& sink) final;
    Result<void> on_end(EventSink& sink) final;
    Result<void> on_last(std::string_view bytes, EventSink& sink) final;

protected:
    /// A whole answer that is JSON.
    virtual Result<void> read_whole(JsonReader::Element answer, EventSink& sink) = 0;
    /// An event; exceptions and errors are dealt with.
    virtual Result<void> read_frame(const EventFrame& frame, EventSink& sink) = 0;
    /// The frames have ended.
    virtual Result<void> read_eof(EventSink& sink) = 0;
    /// StreamEnd has been sent; what follows does not belong to this answer.
    [[nodiscard]] virtual bool ended() const noexcept = 0;

    [[nodiscard]] const ErrorContext& context() const noexcept { return context_; }
    /// The failure of a whole answer that is none: some come with status 200 from what stands before the service.
    [[nodiscard]] std::unexpected<Error> no_message(JsonReader::Element answer) const;
    /// Valid until the next one is parsed. Errors: upstream_invalid.
    Result<JsonReader::Element> parse_event(std::string_view json);

private:
    enum class Body : std::uint8_t { unknown, error, frames, whole };

    Result<void> on_frame(const EventFrame& frame) override;
    Result<void> recognise(std::string_view bytes);
    Result<void> collect(std::string_view bytes);
    Result<void> decode_whole(std::string_view body, EventSink& sink);

    ErrorContext context_;
    EventStreamParser frames_;
    JsonReader& reader_ = shared_json_reader();
    std::string collected_;      // an error body, or a whole answer
    std::string_view whole_;     // the answer, while it is read
    EventSink* sink_ = nullptr;  // set while the frame parser calls back
    Body body_ = Body::unknown;
};

}  // namespace breakwater::bedrock
