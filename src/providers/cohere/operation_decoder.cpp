#include "operation_decoder.hpp"

#include "errors.hpp"

namespace breakwater::cohere {

Result<void> OperationDecoder::on_head(const HttpResponseHead& head) {
    own_context_ = error_context(head);
    return WholeAnswerDecoder::on_head(head);
}

Error OperationDecoder::answer_error(std::string_view body) const {
    return cohere::answer_error(body, own_context_);
}

void emit_billed_tokens(JsonReader::Element root, EventSink& sink) {
    const auto meta = get_object(root, "meta");
    const auto units = meta ? get_object(*meta, "billed_units") : std::nullopt;
    const auto tokens = units ? get_int(*units, "input_tokens") : std::nullopt;
    if (tokens) sink.on_event(UsageEvent{{.input_uncached = *tokens, .output = 0}});
}

}  // namespace breakwater::cohere
