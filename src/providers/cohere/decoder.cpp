#include "decoder.hpp"

#include "../shared/bad_answer.hpp"
#include "../shared/error_body.hpp"
#include "breakwater/base/strings.hpp"
#include "usage.hpp"

namespace breakwater::cohere {

namespace {

constexpr std::size_t kDepthMax = 256;  // cited sources may be deep

/// What says that there is no complete answer: the holder of the finish reason, when that is a failure or has an error
/// beside it.
bool says_failure(JsonReader::Element holder) {
    return is_failure(get_string(holder, "finish_reason").value_or("")) || says_error(holder);
}

}  // namespace

Result<void> Decoder::read_stream(std::string_view bytes, EventSink& sink) {
    sink_ = &sink;
    return sse_.feed(bytes, *this);
}

Result<void> Decoder::end_stream(EventSink& sink) {
    sink_ = &sink;
    // What the cut left of an event cannot be read, and that is not the provider's dialect gone wrong but its end
    // missing.
    const Result<void> rest = sse_.finish(*this);
    if (!rest && rest.error().upstream) return rest;
    return stream_.ended() ? Result<void>() : truncated_answer();
}

Result<void> Decoder::read_document(std::string_view document, EventSink& sink) {
    const Result<JsonReader::Element> answer = reader_.parse_repaired(document, kDepthMax);
    if (!answer) return is_cut(document) ? truncated_answer() : invalid_answer("JSON that cannot be read");
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
