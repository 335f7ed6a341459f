#pragma once

#include <optional>
#include <string>
#include <utility>

#include "breakwater/ingress/ingress.hpp"

namespace breakwater::openai_chat {

/// Events to one `chat.completion` object: the fold of the events, written when they have ended. A fault becomes the
/// error object, so that a body is never empty.
class JsonEncoder final : public ResponseEncoder {
public:
    explicit JsonEncoder(EncoderContext context) : context_(std::move(context)) {}

    void on_event(const StreamEvent& event) override;
    void head(HttpResponseHead& head) const override;
    [[nodiscard]] std::string& out() noexcept override { return out_; }
    void ping() override {}  // A whole body has no room for one.

private:
    void write();

    EncoderContext context_;
    ResponseFold fold_;
    std::string out_;
    bool written_ = false;
};

}  // namespace breakwater::openai_chat
