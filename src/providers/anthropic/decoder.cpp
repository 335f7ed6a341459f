#include "decoder.hpp"

#include <algorithm>

#include "../shared/body_kind.hpp"
#include "../shared/error_body.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater::anthropic {

namespace {

constexpr std::size_t kAnswerBytesMax = 64u << 20;  // beyond any model's output limit, tool results included
constexpr std::size_t kDepthMax = 256;              // tool arguments may be deep

std::unexpected<Error> invalid(std::string_view what) {
    return fail(ErrorKind::upstream_invalid, "The provider answered with " + std::string(what) + ".");
}

std::unexpected<Error> truncated() {
    return fail(ErrorKind::upstream_truncated, "The provider's answer ended before it was complete.");
}

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
            collected_.append(bytes.substr(0, kErrorBodyBytesMax - std::min(kErrorBodyBytesMax, collected_.size())));
            return {};
        case Body::whole:
            return collect(bytes);
        case Body::events:
            sink_ = &sink;
            return sse_.feed(bytes, *this);
    }
    return {};
}

Result<void> Decoder::recognise(std::string_view& bytes) {
    switch (body_kind(bytes, context_.content_type)) {
        case BodyKind::unknown:
            return {};
        case BodyKind::events:
            body_ = Body::events;
            return {};
        case BodyKind::whole:
            body_ = Body::whole;
            return {};
        case BodyKind::markup:
            return invalid("markup instead of a message");
        case BodyKind::other:
            break;
    }
    return invalid("something that is neither JSON nor an event stream");
}

Result<void> Decoder::collect(std::string_view bytes) {
    if (collected_.size() + bytes.size() > kAnswerBytesMax) return invalid("more than a message can hold");
    collected_ += bytes;
    return {};
}

Result<void> Decoder::on_end(EventSink& sink) {
    switch (body_) {
        case Body::unknown:
            return truncated();
        case Body::error:
            return std::unexpected(answer_error(collected_, context_));
        case Body::whole:
            return decode_whole(sink);
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

Result<void> Decoder::decode_whole(EventSink& sink) {
    const Result<JsonReader::Element> message = reader_.parse(collected_, kDepthMax);
    if (!message) return is_cut_json(collected_) ? truncated() : invalid("JSON that cannot be read");
    const std::string_view type = get_string(*message, "type").value_or("");
    if (type == "error" || get_object(*message, "error")) return std::unexpected(in_band_error(*message, context_));
    if (!get_array(*message, "content")) return invalid("JSON that is not a message");
    stream_.on_message(*message, sink);
    return {};
}

Result<void> Decoder::on_sse(const SseEvent& event) {
    if (stream_.ended()) return {};
    const std::string_view data = trim(event.data);
    if (data.empty() || data == "[DONE]") return {};  // the latter is another dialect's, but gateways add it
    const Result<JsonReader::Element> parsed = reader_.parse(data, kDepthMax);
    if (!parsed || !parsed->is_object()) return invalid("an event that is not a JSON object");
    const std::string_view type = get_string(*parsed, "type").value_or(event.name);
    if (type == "error" || event.name == "error") return std::unexpected(in_band_error(*parsed, context_));
    return stream_.on_event(type, *parsed, *sink_);
}

}  // namespace breakwater::anthropic
