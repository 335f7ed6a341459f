#include "decoder.hpp"

#include "../shared/bad_answer.hpp"
#include "../shared/body_form.hpp"
#include "../shared/error_body.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater::anthropic {

namespace {

constexpr std::size_t kAnswerBytesMax = 64u << 20;  // beyond any model's output limit, tool results included
constexpr std::size_t kDepthMax = 256;              // tool arguments may be deep

}  // namespace

Result<void> Decoder::on_head(const HttpResponseHead& head) {
    context_ = error_context(head);
    if (head.status < 200 || head.status > 299) body_ = Body::error;
    return {};
}

Result<void> Decoder::on_body(std::string_view bytes, EventSink& sink) {
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
        case Body::events:
            sink_ = &sink;
            return sse_.feed(bytes, *this);
    }
    return {};
}

// The first byte tells, whatever the content type says: proxies mix both up.
Result<void> Decoder::recognise(std::string_view& bytes) {
    while (!bytes.empty() &&
           (bytes.front() == ' ' || bytes.front() == '\t' || bytes.front() == '\r' || bytes.front() == '\n')) {
        bytes.remove_prefix(1);
    }
    if (bytes.empty()) return {};
    switch (bytes.front()) {
        case '{':
        case '[':
            body_ = Body::whole;
            return {};
        case '<':
            return invalid_answer("markup instead of a message");
        case ':':     // comment
        case '\xEF':  // byte order mark
        case 'd':     // data, event, id, retry
        case 'e':
        case 'i':
        case 'r':
            body_ = Body::events;
            return {};
        default:
            break;
    }
    if (media_type(context_.content_type) != "text/event-stream")
        return invalid_answer("something that is neither JSON nor an event stream");
    body_ = Body::events;
    return {};
}

Result<void> Decoder::collect(std::string_view bytes) {
    if (collected_.size() + bytes.size() > kAnswerBytesMax) return invalid_answer("more than a message can hold");
    collected_ += bytes;
    return {};
}

Result<void> Decoder::on_end(EventSink& sink) {
    switch (body_) {
        case Body::unknown:
            return truncated_answer();
        case Body::error:
            return std::unexpected(answer_error(collected_, context_));
        case Body::whole:
            return decode_whole(collected_, sink);
        case Body::events:
            break;
    }
    sink_ = &sink;
    // What the cut left of an event cannot be read, and that is not the provider's dialect gone wrong but its end
    // missing.
    const Result<void> rest = sse_.finish(*this);
    if (!rest && rest.error().upstream) return rest;
    return stream_.on_eof(sink);
}

// What comes in one piece is read where it lies.
Result<void> Decoder::on_last(std::string_view bytes, EventSink& sink) {
    if (body_ == Body::unknown) {
        if (auto known = recognise(bytes); !known) return known;
    }
    const bool whole = body_ == Body::whole && collected_.empty() && bytes.size() <= kAnswerBytesMax;
    return whole ? decode_whole(bytes, sink) : ResponseDecoder::on_last(bytes, sink);
}

Result<void> Decoder::decode_whole(std::string_view body, EventSink& sink) {
    const Result<JsonReader::Element> message = reader_.parse(body, kDepthMax);
    if (!message) return is_cut(body) ? truncated_answer() : invalid_answer("JSON that cannot be read");
    const std::string_view type = get_string(*message, "type").value_or("");
    if (type == "error" || get_object(*message, "error")) return std::unexpected(in_band_error(*message, context_));
    if (!get_array(*message, "content")) return invalid_answer("JSON that is not a message");
    stream_.on_message(*message, sink);
    return {};
}

Result<void> Decoder::on_sse(const SseEvent& event) {
    if (stream_.ended()) return {};
    const std::string_view data = trim(event.data);
    if (data.empty() || data == "[DONE]") return {};  // the latter is another dialect's, but gateways add it
    const Result<JsonReader::Element> parsed = reader_.parse(data, kDepthMax);
    if (!parsed || !parsed->is_object()) return invalid_answer("an event that is not a JSON object");
    const std::string_view type = get_string(*parsed, "type").value_or(event.name);
    if (type == "error" || event.name == "error") return std::unexpected(in_band_error(*parsed, context_));
    return stream_.on_event(type, *parsed, *sink_);
}

}  // namespace breakwater::anthropic
