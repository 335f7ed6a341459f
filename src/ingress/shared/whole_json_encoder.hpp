#pragma once

#include <optional>
#include <string>

#include "breakwater/ingress/ingress.hpp"

namespace breakwater::ingress {

/// Writes an answer that is JSON and comes as a whole: derived classes write what it holds, and at the end what is said
/// of all of it.
class WholeJsonEncoder : public ResponseEncoder {
public:
    void on_event(const StreamEvent& event) final {
        if (const auto* usage = std::get_if<UsageEvent>(&event)) {
            usage_ = usage->usage;
        } else if (std::holds_alternative<StreamEnd>(event)) {
            end();
        } else {
            take(event);
        }
    }
    void head(HttpResponseHead& head) const final { head.headers.add("Content-Type", "application/json"); }
    [[nodiscard]] std::string& out() noexcept final { return out_; }
    void ping() final {}

protected:
    /// Any event but usage and the end.
    virtual void take(const StreamEvent& event) = 0;
    /// The answer is complete.
    virtual void end() = 0;

    std::string out_;
    std::optional<Usage> usage_{};
};

}  // namespace breakwater::ingress
