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

Result<void> WholeAnswerDecoder::on_end(EventSink& sink) {
    if (context_.failed()) return std::unexpected(answer_error(body_));
    if (body_.empty()) return truncated_answer();
    const Result<JsonReader::Element> root = shared_json_reader().parse_repaired_in_place(body_);
    if (!root) return is_cut(body_) ? truncated_answer() : invalid_answer("JSON that cannot be read");
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
