#include "whole_answer.hpp"

#include "bad_answer.hpp"
#include "body_form.hpp"

namespace breakwater {

Result<void> WholeAnswerDecoder::on_head(const HttpResponseHead& head) {
    context_ = ErrorContext::of(head);
    return {};
}

Result<void> WholeAnswerDecoder::on_body(std::string_view bytes, EventSink& /*sink*/) {
    if (context_.failed()) {
        collect_error_body(body_, bytes);
        return {};
    }
    if (bytes.size() > bytes_max_ - body_.size()) return invalid_answer("more than an answer can hold");
    body_ += bytes;
    return {};
}

// What comes in one piece is read where it lies.
Result<void> WholeAnswerDecoder::on_last(std::string_view bytes, EventSink& sink) {
    const bool whole = !context_.failed() && body_.empty() && bytes.size() <= bytes_max_;
    return whole ? read_body(bytes, sink) : ResponseDecoder::on_last(bytes, sink);
}

Result<void> WholeAnswerDecoder::on_end(EventSink& sink) {
    if (context_.failed()) return std::unexpected(answer_error(body_));
    return read_body(body_, sink);
}

Result<void> WholeAnswerDecoder::read_body(std::string_view body, EventSink& sink) {
    if (body.empty()) return truncated_answer();
    const Result<JsonReader::Element> root = shared_json_reader().parse_repaired(body);
    if (!root) return is_cut(body) ? truncated_answer() : invalid_answer("JSON that cannot be read");
    if (is_error(*root))
        return std::unexpected(classified_answer(read_provider_error(context_.status, *root), context_));
    if (auto done = read(*root, sink); !done) return done;
    sink.on_event(StreamEnd{});
    return {};
}

Error WholeAnswerDecoder::answer_error(std::string_view body) const {
    return classified_answer(read_provider_error(context_.status, context_.content_type, body), context_);
}

}  // namespace breakwater
