#include "messages_decoder.hpp"

#include "../anthropic/errors.hpp"
#include "../shared/bad_answer.hpp"
#include "breakwater/base/base64.hpp"
#include "breakwater/base/kept_buffer.hpp"

namespace breakwater::bedrock {

Result<void> MessagesDecoder::read_whole(JsonReader::Element answer, EventSink& sink) {
    if (get_string(answer, "type") == "error") return failure(answer);
    if (!get_array(answer, "content")) return no_message(answer);
    messages_.on_message(answer, sink);
    return {};
}

Result<void> MessagesDecoder::read_frame(const EventFrame& frame, EventSink& sink) {
    if (frame.event_type != "chunk") {
        sink.on_unknown(Unknown::event);
        return {};
    }
    if (frame.payload.empty()) return {};
    const Result<JsonReader::Element> chunk = parse_event(frame.payload);
    if (!chunk) return std::unexpected(chunk.error());
    const bool decoded = append_decoded_base64(bytes_, get_string(*chunk, "bytes").value_or(""));
    Result<void> done = decoded ? read_event(sink) : invalid_answer("a chunk that is not base64");
    clear_kept(bytes_);
    return done;
}

Result<void> MessagesDecoder::read_event(EventSink& sink) {
    if (bytes_.empty()) return {};
    const Result<JsonReader::Element> event = parse_event(bytes_);
    if (!event) return std::unexpected(event.error());
    const auto type = get_string(*event, "type");
    if (!type) return {};  // keeps the connection alive
    if (*type == "error") return failure(*event);
    return messages_.on_event(*type, *event, sink);
}

std::unexpected<Error> MessagesDecoder::failure(JsonReader::Element event) const {
    return std::unexpected(anthropic::in_band_error(event, anthropic::ErrorContext{context()}));
}

}  // namespace breakwater::bedrock
