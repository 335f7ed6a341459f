#pragma once

#include <cstdint>
#include <optional>

#include "../shared/whole_answer.hpp"
#include "errors.hpp"

namespace breakwater::bedrock {

/// The answer of InvokeModel, whatever the body's form, and of ApplyGuardrail.
class InvokeDecoder : public WholeAnswerDecoder {
public:
    using WholeAnswerDecoder::WholeAnswerDecoder;
    Result<void> on_head(const HttpResponseHead& head) final;

protected:
    [[nodiscard]] Error answer_error(std::string_view body) const final {
        return bedrock::answer_error(body, own_context_);
    }
    /// The service counts for all models alike, in a header.
    void emit_usage(EventSink& sink) const;

private:
    ErrorContext own_context_;
    std::optional<std::uint64_t> tokens_{};
};

}  // namespace breakwater::bedrock
