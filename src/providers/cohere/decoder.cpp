#include "decoder.hpp"

#include "../shared/bad_answer.hpp"
#include "../shared/error_body.hpp"
#include "breakwater/base/strings.hpp"
#include "usage.hpp"

namespace breakwater::cohere {

namespace {

constexpr std::size_t kAnswerBytesMax = 64u << 20;  // beyond any model's output limit, cited sources included
constexpr std::size_t kDepthMax = 256;              // cited sources may be deep

/// What says that there is no complete answer: the holder of the finish reason, when that is a failure or has an error
/// beside it.
bool says_failure(JsonReader::Element holder) {
    return is_failure(get_string(holder, "finish_reason").value_or("")) || says_error(holder);
}

}  // namespace

Result<void> Decoder::on_head(const HttpResponseHead& head) {
    context_ = error_context(head);
    return {};
}

Result<void> Decoder::on_body(std::string_view bytes, EventSink& sink) {
    if (context_.failed()) {
        collect_error_body(collected_, bytes);
        return {};
    }
    const auto known = body_form_.feed(bytes, context_.content_type);
    return known ? on_bytes(*known, sink) : Result<void>();
}

Result<void> Decoder::on_bytes(std::string_view bytes, EventSink& sink) {
    if (body_form_.form() == BodyForm::other)
        return invalid_answer("something that is neither JSON nor an event stream");
    if (body_form_.form() == BodyForm::sse) {
        sink_ = &sink;
        return sse_.feed(bytes, *this);
    }
    if (collected_.size() + bytes.size() > kAnswerBytesMax) return invalid_answer("more than a message can hold");
    collected_ += bytes;
    return {};
}

Result<void> Decoder::on_end(EventSink& sink) {
    if (context_.failed()) return std::unexpected(answer_error(collected_, context_));
    if (body_form_.form() == BodyForm::json) return decode_whole(collected_, sink);
    if (body_form_.form() != BodyForm::sse) return truncated_answer();
    sink_ = &sink;
    // What the cut left of an event cannot be read, and that is not the provider's dialect gone wrong but its end
    // missing.
    const Result<void> rest = sse_.finish(*this);
    if (!rest && rest.error().upstream) return rest;
    return stream_.ended() ? Result<void>() : truncated_answer();
}

// What comes in one piece is read where it lies.
Result<void> Decoder::on_last(std::string_view bytes, EventSink& sink) {
    if (context_.failed()) return ResponseDecoder::on_last(bytes, sink);
    const auto known = body_form_.feed(bytes, context_.content_type);
    const bool whole = known && body_form_.form() == BodyForm::json && collected_.empty();
    if (whole && known->size() <= kAnswerBytesMax) return decode_whole(*known, sink);
    if (known) {
        if (auto read = on_bytes(*known, sink); !read) return read;
    }
    return on_end(sink);
}

Result<void> Decoder::decode_whole(std::string_view body, EventSink& sink) {
    const Result<JsonReader::Element> answer = reader_.parse_repaired(body, kDepthMax);
    if (!answer) return is_cut(body) ? truncated_answer() : invalid_answer("JSON that cannot be read");
    if (says_failure(*answer)) {
        const std::string_view finish = get_string(*answer, "finish_reason").value_or("");
        return std::unexpected(in_band_error(*answer, finish, context_));
    }
    if (!get_object(*answer, "message")) {
        // An error without its status has a message as well, but that is a sentence.
        if (get_string(*answer, "message")) return std::unexpected(in_band_error(*answer, {}, context_));
        return invalid_answer("JSON that is not a message");
    }
    if (!get_value(*answer, "finish_reason")) return invalid_answer("a message without an end");
    stream_.on_answer(*answer, sink);
    return {};
}

Result<void> Decoder::on_sse(const SseEvent& event) {
    if (stream_.ended()) return {};
    const std::string_view data = trim(event.data);
    if (data.empty() || data == "[DONE]") return {};
    const Result<JsonReader::Element> parsed = reader_.parse_repaired(data, kDepthMax);
    if (!parsed || !parsed->is_object()) return invalid_answer("an event that is not a JSON object");
    const std::string_view type = get_string(*parsed, "type").value_or(event.name);
    if (type == "error" || says_error(*parsed)) return std::unexpected(in_band_error(*parsed, {}, context_));
    if (type.empty() && get_string(*parsed, "message")) return std::unexpected(in_band_error(*parsed, {}, context_));
    if (type == "message-end") {
        const JsonReader::Element end = get_object(*parsed, "delta").value_or(*parsed);
        const std::string_view finish = get_string(end, "finish_reason").value_or("");
        if (says_failure(end)) return std::unexpected(in_band_error(end, finish, context_));
    }
    stream_.on_event(type, *parsed, *sink_);
    return {};
}

}  // namespace breakwater::cohere
