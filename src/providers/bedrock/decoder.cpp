#include "decoder.hpp"

namespace breakwater::bedrock {

Result<void> Decoder::read_whole(JsonReader::Element answer, EventSink& sink) {
    if (!get_object(answer, "output")) return no_message(answer);
    answer_.start(context().request_id, sink);
    answer_.on_answer(answer, sink);
    return check_malformed();
}

Result<void> Decoder::read_frame(const EventFrame& frame, EventSink& sink) {
    if (!started_) answer_.start(context().request_id, sink);
    started_ = true;
    if (frame.payload.empty()) return {};
    const Result<JsonReader::Element> event = parse_event(frame.payload);
    if (!event) return std::unexpected(event.error());
    if (auto read = answer_.on_event(frame.event_type, *event, sink); !read) return read;
    return check_malformed();
}

Result<void> Decoder::check_malformed() const {
    if (answer_.malformed().empty()) return {};
    return std::unexpected(malformed_error(answer_.malformed(), context()));
}

}  // namespace breakwater::bedrock
