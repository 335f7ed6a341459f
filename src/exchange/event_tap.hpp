#pragma once

#include <optional>
#include <utility>

#include "breakwater/canonical/stream_event.hpp"

namespace breakwater {

/// Sits between guard and client encoder. A fault stops here, because only the exchange knows whether it can still be
/// hidden by another attempt (C4) or has to reach the client (C3); finish reason and usage are noted for the report.
class EventTap final : public EventSink {
public:
    explicit EventTap(EventSink& encoder) : encoder_(encoder) {}

    void on_event(const StreamEvent& event) override {
        if (const auto* fault = std::get_if<StreamFault>(&event)) {
            fault_ = fault->error;
            return;
        }
        if (const auto* finish = std::get_if<FinishEvent>(&event)) finish_ = finish->reason;
        if (const auto* usage = std::get_if<UsageEvent>(&event)) usage_ = usage->usage;
        encoder_.on_event(event);
    }

    [[nodiscard]] std::optional<Error> take_fault() { return std::exchange(fault_, std::nullopt); }
    [[nodiscard]] std::optional<FinishReason> finish() const noexcept { return finish_; }
    [[nodiscard]] const std::optional<Usage>& usage() const noexcept { return usage_; }

private:
    EventSink& encoder_;
    std::optional<Error> fault_;
    std::optional<FinishReason> finish_;
    std::optional<Usage> usage_;
};

}  // namespace breakwater
