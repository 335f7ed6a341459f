#include "decoder.hpp"

#include <algorithm>

#include "../shared/bad_answer.hpp"
#include "../shared/body_form.hpp"
#include "../shared/error_body.hpp"
#include "body_kind.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater::google {

namespace {

constexpr std::size_t kDepthMax = 256;  // arguments of calls may be deep

bool is_answer(JsonReader::Element object) {
    return get_array(object, "candidates") || get_object(object, "promptFeedback") ||
           get_object(object, "usageMetadata");
}

}  // namespace

Result<BodyDecoder::Body> Decoder::recognise(std::string_view& bytes) {
    switch (body_kind(bytes, context_.content_type)) {
        case BodyKind::unknown:
            return Body::unknown;
        case BodyKind::events:
            return Body::stream;
        case BodyKind::whole:
            return Body::document;
        case BodyKind::markup:
            return invalid_answer("markup instead of an answer");
        case BodyKind::other:
            break;
    }
    return invalid_answer("something that is neither JSON nor an event stream");
}

Result<void> Decoder::read_stream(std::string_view bytes, EventSink& sink) {
    sink_ = &sink;
    return sse_.feed(bytes, *this);
}

Result<void> Decoder::end_stream(EventSink& sink) {
    sink_ = &sink;
    // A stream has no end mark of its own. Half an event proves that more was to come, even behind a finish reason.
    if (const Result<void> rest = sse_.finish(*this); !rest) {
        if (rest.error().upstream) return rest;
        return truncated_answer();
    }
    return stream_.on_eof(false, sink);
}

// One object, or the list of objects that a stream is where no events were asked for.
Result<void> Decoder::read_document(std::string_view document, EventSink& sink) {
    const Result<JsonReader::Element> root = reader_.parse_repaired(document, kDepthMax);
    if (!root) return is_cut(document) ? truncated_answer() : invalid_answer("JSON that cannot be read");
    JsonReader::Array list;
    if (auto decoded = root->get(list) ? decode_list(list, sink) : decode_object(*root, sink); !decoded) {
        return decoded;
    }
    return stream_.on_eof(true, sink);
}

// As in a stream of events, there may be objects among them that have nothing of an answer in them.
Result<void> Decoder::decode_list(JsonReader::Array list, EventSink& sink) {
    if (list.size() == 0) return invalid_answer("an empty list");
    const bool answered = std::ranges::any_of(list, &is_answer);
    for (const JsonReader::Element object : list) {
        const bool passes = answered && object.is_object() && !says_error(object);
        if (auto read = passes ? stream_.on_chunk(object, sink) : decode_object(object, sink); !read) return read;
    }
    return {};
}

Result<void> Decoder::decode_object(JsonReader::Element object, EventSink& sink) {
    if (says_error(object)) return std::unexpected(status_error(object, context_));
    if (!is_answer(object)) return invalid_answer("JSON that is not an answer");
    return stream_.on_chunk(object, sink);
}

Result<void> Decoder::on_sse(const SseEvent& event) {
    const std::string_view data = trim(event.data);
    if (data.empty() || data == "[DONE]") return {};  // the latter is another dialect's, but gateways add it
    const Result<JsonReader::Element> parsed = reader_.parse_repaired(data, kDepthMax);
    if (!parsed) return invalid_answer("an event that is not JSON");
    if (says_error(*parsed)) return std::unexpected(status_error(*parsed, context_));
    if (!parsed->is_object()) return invalid_answer("an event that is not a JSON object");
    return stream_.on_chunk(*parsed, *sink_);
}

}  // namespace breakwater::google
