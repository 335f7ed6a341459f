#include "decoder.hpp"

#include "../shared/bad_answer.hpp"
#include "../shared/error_body.hpp"
#include "breakwater/base/strings.hpp"

namespace breakwater::openai_responses {
namespace {

constexpr std::size_t kDepthMax = 256;  // an answer repeats the schemas of the request

/// A response that was given up: by an error, or because somebody cancelled it.
bool is_given_up(JsonReader::Element response) {
    const std::string_view status = get_string(response, "status").value_or("");
    return status == "failed" || status == "cancelled" || says_error(response);
}

bool is_response(JsonReader::Element object) {
    return get_array(object, "output") || get_string(object, "object") == "response";
}

}  // namespace

Result<void> Decoder::read_stream(std::string_view bytes, EventSink& sink) {
    sink_ = &sink;
    return sse_.feed(bytes, *this);
}

Result<void> Decoder::end_stream(EventSink& sink) {
    sink_ = &sink;
    // Half an event cannot be read: that is not the dialect gone wrong, but its end missing.
    const Result<void> rest = sse_.finish(*this);
    if (!rest && rest.error().upstream) return rest;
    return stream_.ended() ? Result<void>() : truncated_answer();
}

Result<void> Decoder::read_document(std::string_view document, EventSink& sink) {
    const Result<JsonReader::Element> answer = reader_.parse_repaired(document, kDepthMax);
    if (!answer) return is_cut(document) ? truncated_answer() : invalid_answer("JSON that cannot be read");
    if (is_given_up(*answer)) return std::unexpected(in_band_error(*answer, context_));
    if (!is_response(*answer)) {
        if (get_string(*answer, "message")) return std::unexpected(in_band_error(*answer, context_));
        return invalid_answer("JSON that is not a response");
    }
    const std::string_view status = get_string(*answer, "status").value_or("completed");
    if (status == "queued" || status == "in_progress") return invalid_answer("a response that is not complete");
    stream_.on_response(*answer, sink);
    return {};
}

Result<void> Decoder::on_sse(const SseEvent& event) {
    if (stream_.ended()) return {};
    const std::string_view data = trim(event.data);
    if (data.empty() || data == "[DONE]") return {};  // the latter is the chat API's, but relays add it
    const Result<JsonReader::Element> parsed = reader_.parse_repaired(data, kDepthMax);
    if (!parsed || !parsed->is_object()) return invalid_answer("an event that is not a JSON object");
    const std::string_view type = get_string(*parsed, "type").value_or(event.name);
    if (type == "error" || event.error_field || says_error(*parsed)) {
        return std::unexpected(in_band_error(*parsed, context_));
    }
    const bool ends_well = type == "response.completed" || type == "response.incomplete";
    if (ends_well || type == "response.failed" || type == "response.cancelled") {
        const auto response = get_object(*parsed, "response");
        if (!response) return invalid_answer("an end without its response");
        if (!ends_well || is_given_up(*response)) return std::unexpected(in_band_error(*response, context_));
    }
    return stream_.on_event(type, *parsed, *sink_);
}

}  // namespace breakwater::openai_responses
