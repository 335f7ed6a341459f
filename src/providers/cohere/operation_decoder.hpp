#pragma once

#include "../shared/whole_answer.hpp"

namespace breakwater::cohere {

/// What the decoders of this API have in common beside chat: its errors.
class OperationDecoder : public WholeAnswerDecoder {
public:
    Result<void> on_head(const HttpResponseHead& head) final;

protected:
    [[nodiscard]] Error answer_error(std::string_view body) const final;

private:
    ErrorContext own_context_;
};

/// The billed tokens of an answer, where it says them. Rankings are billed by searches instead.
void emit_billed_tokens(JsonReader::Element root, EventSink& sink);

}  // namespace breakwater::cohere
