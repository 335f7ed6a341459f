#include "invoke_decoder.hpp"

#include "breakwater/base/strings.hpp"

namespace breakwater::bedrock {

Result<void> InvokeDecoder::on_head(const HttpResponseHead& head) {
    own_context_ = error_context(head);
    tokens_ = parse_u64(head.headers.get("x-amzn-bedrock-input-token-count"));
    return WholeAnswerDecoder::on_head(head);
}

void InvokeDecoder::emit_usage(EventSink& sink) const {
    if (tokens_) sink.on_event(UsageEvent{{.input_uncached = static_cast<std::int64_t>(*tokens_), .output = 0}});
}

}  // namespace breakwater::bedrock
