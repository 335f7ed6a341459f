#include "framed_decoder.hpp"

#include "../shared/bad_answer.hpp"
#include "../shared/body_form.hpp"
#include "../shared/error_body.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater::bedrock {

namespace {

constexpr std::size_t kDepthMax = 256;  // tool arguments may be deep

}  // namespace

// The first byte tells, whatever the content type says: a frame begins with its length, which is below 2^24 as a rule.
Result<BodyDecoder::Body> FramedDecoder::recognise(std::string_view& bytes) {
    switch (bytes.front()) {
        case ' ':
        case '\t':
        case '\r':
        case '\n':
        case '{':
            return Body::document;
        case '<':
            return invalid_answer("markup instead of a message");
        default:
            break;
    }
    if (bytes.front() != '\0' && media_type(context_.content_type) != "application/vnd.amazon.eventstream")
        return invalid_answer("something that is neither JSON nor an event stream");
    return Body::stream;
}

Result<void> FramedDecoder::read_stream(std::string_view bytes, EventSink& sink) {
    sink_ = &sink;
    return frames_.feed(bytes, *this);
}

Result<void> FramedDecoder::end_stream(EventSink& sink) {
    if (!frames_.at_border() && !ended()) return truncated_answer();
    return read_eof(sink);
}

Result<void> FramedDecoder::read_document(std::string_view document, EventSink& sink) {
    document_ = document;
    const Result<JsonReader::Element> answer = reader_.parse_repaired(document, kDepthMax);
    if (!answer) return is_cut(document) ? truncated_answer() : invalid_answer("JSON that cannot be read");
    return read_whole(*answer, sink);
}

std::unexpected<Error> FramedDecoder::no_message(JsonReader::Element answer) const {
    const bool says_why = get_object(answer, "Output") || get_value(answer, "__type") || get_value(answer, "message") ||
                          says_error(answer);
    if (says_why) return std::unexpected(answer_error(document_, context_));
    return invalid_answer("JSON that is not a message");
}

Result<JsonReader::Element> FramedDecoder::parse_event(std::string_view json) {
    Result<JsonReader::Element> event = reader_.parse_repaired(json, kDepthMax);
    if (event && event->is_object()) return event;
    return invalid_answer("an event that is not a JSON object");
}

Result<void> FramedDecoder::on_frame(const EventFrame& frame) {
    if (ended()) return {};
    if (frame.message_type == "exception" || frame.message_type == "error")
        return std::unexpected(frame_error(frame, context_));
    return read_frame(frame, *sink_);
}

}  // namespace breakwater::bedrock
