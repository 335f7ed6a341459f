#include "decoder.hpp"

#include "../shared/bad_answer.hpp"
#include "../shared/body_form.hpp"
#include "../shared/error_body.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater::anthropic {

namespace {

constexpr std::size_t kDepthMax = 256;  // tool arguments may be deep

}  // namespace

// The first byte tells, whatever the content type says: proxies mix both up.
Result<BodyDecoder::Body> Decoder::recognise(std::string_view& bytes) {
    while (!bytes.empty() &&
           (bytes.front() == ' ' || bytes.front() == '\t' || bytes.front() == '\r' || bytes.front() == '\n')) {
        bytes.remove_prefix(1);
    }
    if (bytes.empty()) return Body::unknown;
    switch (bytes.front()) {
        case '{':
        case '[':
            return Body::document;
        case '<':
            return invalid_answer("markup instead of a message");
        case ':':     // comment
        case '\xEF':  // byte order mark
        case 'd':     // data, event, id, retry
        case 'e':
        case 'i':
        case 'r':
            return Body::stream;
        default:
            break;
    }
    if (media_type(context_.content_type) != "text/event-stream")
        return invalid_answer("something that is neither JSON nor an event stream");
    return Body::stream;
}

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
    return stream_.on_eof(sink);
}

Result<void> Decoder::read_document(std::string_view document, EventSink& sink) {
    const Result<JsonReader::Element> message = reader_.parse(document, kDepthMax);
    if (!message) return is_cut(document) ? truncated_answer() : invalid_answer("JSON that cannot be read");
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
