#include "framed_decoder.hpp"

#include "../shared/bad_answer.hpp"
#include "../shared/body_form.hpp"
#include "../shared/error_body.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater::bedrock {

namespace {

constexpr std::size_t kAnswerBytesMax = 64u << 20;  // beyond any model's output limit
constexpr std::size_t kDepthMax = 256;              // tool arguments may be deep

}  // namespace

Result<void> FramedDecoder::on_head(const HttpResponseHead& head) {
    context_ = error_context(head);
    if (head.status < 200 || head.status > 299) body_ = Body::error;
    return {};
}

Result<void> FramedDecoder::on_body(std::string_view bytes, EventSink& sink) {
    if (bytes.empty()) return {};
    if (body_ == Body::unknown) {
        if (auto known = recognise(bytes); !known) return known;
    }
    switch (body_) {
        case Body::unknown:
            return {};
        case Body::error:
            collect_error_body(collected_, bytes);
            return {};
        case Body::whole:
            return collect(bytes);
        case Body::frames:
            sink_ = &sink;
            return frames_.feed(bytes, *this);
    }
    return {};
}

// The first byte tells, whatever the content type says: a frame begins with its length, which is below 2^24 as a rule.
Result<void> FramedDecoder::recognise(std::string_view bytes) {
    switch (bytes.front()) {
        case ' ':
        case '\t':
        case '\r':
        case '\n':
        case '{':
            body_ = Body::whole;
            return {};
        case '<':
            return invalid_answer("markup instead of a message");
        default:
            break;
    }
    if (bytes.front() != '\0' && media_type(context_.content_type) != "application/vnd.amazon.eventstream")
        return invalid_answer("something that is neither JSON nor an event stream");
    body_ = Body::frames;
    return {};
}

Result<void> FramedDecoder::collect(std::string_view bytes) {
    if (collected_.size() + bytes.size() > kAnswerBytesMax) return invalid_answer("more than a message can hold");
    collected_ += bytes;
    return {};
}

Result<void> FramedDecoder::on_end(EventSink& sink) {
    switch (body_) {
        case Body::unknown:
            return truncated_answer();
        case Body::error:
            return std::unexpected(answer_error(collected_, context_));
        case Body::whole:
            return decode_whole(collected_, sink);
        case Body::frames:
            break;
    }
    if (!frames_.at_border() && !ended()) return truncated_answer();
    return read_eof(sink);
}

// What comes in one piece is read where it lies.
Result<void> FramedDecoder::on_last(std::string_view bytes, EventSink& sink) {
    if (!bytes.empty() && body_ == Body::unknown) {
        if (auto known = recognise(bytes); !known) return known;
    }
    const bool whole = body_ == Body::whole && collected_.empty() && bytes.size() <= kAnswerBytesMax;
    return whole ? decode_whole(bytes, sink) : ResponseDecoder::on_last(bytes, sink);
}

Result<void> FramedDecoder::decode_whole(std::string_view body, EventSink& sink) {
    whole_ = body;
    const Result<JsonReader::Element> answer = reader_.parse_repaired(body, kDepthMax);
    if (!answer) return is_cut(body) ? truncated_answer() : invalid_answer("JSON that cannot be read");
    return read_whole(*answer, sink);
}

std::unexpected<Error> FramedDecoder::no_message(JsonReader::Element answer) const {
    const bool says_why = get_object(answer, "Output") || get_value(answer, "__type") || get_value(answer, "message") ||
                          says_error(answer);
    if (says_why) return std::unexpected(answer_error(whole_, context_));
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
