#pragma once

#include <expected>
#include <string_view>

#include "../shared/body_decoder.hpp"
#include "breakwater/wire/json_reader.hpp"
#include "errors.hpp"
#include "event_stream.hpp"

namespace breakwater::bedrock {

/// Takes an answer's frames and JSON apart, and makes the service's failures of its exceptions. What is in them is for
/// those that derive from it: Converse and InvokeModel differ in nothing else.
class FramedDecoder : public BodyDecoder, private EventFrameHandler {
public:
    FramedDecoder() noexcept : BodyDecoder("more than a message can hold") {}

protected:
    [[nodiscard]] const ErrorContext& context() const noexcept final { return context_; }
    /// A whole answer that is JSON.
    virtual Result<void> read_whole(JsonReader::Element answer, EventSink& sink) = 0;
    /// An event; exceptions and errors are dealt with.
    virtual Result<void> read_frame(const EventFrame& frame, EventSink& sink) = 0;
    /// The frames have ended.
    virtual Result<void> read_eof(EventSink& sink) = 0;
    /// StreamEnd has been sent; what follows does not belong to this answer.
    [[nodiscard]] virtual bool ended() const noexcept = 0;

    /// The failure of a whole answer that is none: some come with status 200 from what stands before the service.
    [[nodiscard]] std::unexpected<Error> no_message(JsonReader::Element answer) const;
    /// Valid until the next one is parsed. Errors: upstream_invalid.
    Result<JsonReader::Element> parse_event(std::string_view json);

private:
    void keep_context(const HttpResponseHead& head) final { context_ = error_context(head); }
    Result<Body> recognise(std::string_view& bytes) final;
    Result<void> read_stream(std::string_view bytes, EventSink& sink) final;
    Result<void> end_stream(EventSink& sink) final;
    Result<void> read_document(std::string_view document, EventSink& sink) final;
    [[nodiscard]] Error error_of(std::string_view body) const final { return answer_error(body, context_); }
    Result<void> on_frame(const EventFrame& frame) override;

    ErrorContext context_;
    EventStreamParser frames_;
    JsonReader& reader_ = shared_json_reader();
    std::string_view document_;  // while it is read
    EventSink* sink_ = nullptr;  // set while the frame parser calls back
};

}  // namespace breakwater::bedrock
