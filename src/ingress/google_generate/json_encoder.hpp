#pragma once

#include <string>
#include <utility>

#include "breakwater/ingress/ingress.hpp"

namespace breakwater::google_generate {

/// Events to one GenerateContentResponse: the fold of the events, written when they have ended. A fault becomes the
/// error object, so that a body is never empty.
class JsonEncoder final : public ResponseEncoder {
public:
    explicit JsonEncoder(EncoderContext context);

    void on_event(const StreamEvent& event) override;
    void head(HttpResponseHead& head) const override;
    [[nodiscard]] std::string& out() noexcept override { return out_; }
    void ping() override {}  // A whole body has no room for one.

private:
    void write();

    EncoderContext context_;
    bool thoughts_;  ///< the client wants to read them
    ResponseFold fold_;
    std::string out_;
    bool written_ = false;
};

}  // namespace breakwater::google_generate
