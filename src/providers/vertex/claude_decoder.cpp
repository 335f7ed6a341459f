#include "claude_decoder.hpp"

#include <algorithm>

#include "../anthropic/errors.hpp"
#include "../google/errors.hpp"
#include "../shared/error_body.hpp"

namespace breakwater::vertex {

namespace {

/// Anthropic's errors have a `type` of their own beside the error; Google's have a list around them, or a status.
bool is_from_model(std::string_view body) {
    JsonReader reader;
    const Result<JsonReader::Element> root = reader.parse_repaired(body);
    return root && get_string(*root, "type") == "error";
}

}  // namespace

Result<void> ClaudeDecoder::on_head(const HttpResponseHead& head) {
    head_.status = head.status;
    if (failed()) head_.headers = head.headers;
    return messages_->on_head(head);
}

Result<void> ClaudeDecoder::on_body(std::string_view bytes, EventSink& sink) {
    if (!failed()) return messages_->on_body(bytes, sink);
    collect_error_body(refusal_, bytes);
    return {};
}

Result<void> ClaudeDecoder::on_last(std::string_view bytes, EventSink& sink) {
    return failed() ? ResponseDecoder::on_last(bytes, sink) : messages_->on_last(bytes, sink);
}

Result<void> ClaudeDecoder::on_end(EventSink& sink) {
    if (!failed()) return messages_->on_end(sink);
    if (is_from_model(refusal_))
        return std::unexpected(anthropic::answer_error(refusal_, anthropic::error_context(head_)));
    return std::unexpected(google::answer_error(refusal_, ErrorContext::of(head_)));
}

}  // namespace breakwater::vertex
