#pragma once

#include <memory>
#include <string>

#include "breakwater/providers/provider.hpp"

namespace breakwater::vertex {

/// The answer of a Claude model: the Messages API's own, but for refusals, which the model gives in Anthropic's form
/// and the platform before it in Google's.
class ClaudeDecoder final : public ResponseDecoder {
public:
    explicit ClaudeDecoder(std::unique_ptr<ResponseDecoder> messages) : messages_(std::move(messages)) {}

    Result<void> on_head(const HttpResponseHead& head) override;
    Result<void> on_body(std::string_view bytes, EventSink& sink) override;
    Result<void> on_end(EventSink& sink) override;
    Result<void> on_last(std::string_view bytes, EventSink& sink) override;

private:
    [[nodiscard]] bool failed() const noexcept { return head_.status < 200 || head_.status > 299; }

    std::unique_ptr<ResponseDecoder> messages_;
    HttpResponseHead head_;  ///< of a refusal
    std::string refusal_;
};

}  // namespace breakwater::vertex
