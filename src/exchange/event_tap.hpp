#pragma once

#include <optional>
#include <utility>

#include "breakwater/exchange/exchange.hpp"

namespace breakwater {

/// What an answer's events say about it as a whole.
struct AnswerFacts {
    Boxed<Usage> usage{};
    std::optional<FinishReason> finish{};
};

/// Sits between guard and client encoder. A fault stops here, because only the exchange knows whether it can still be
/// hidden by another attempt (C4) or has to reach the client (C3); finish reason and usage are noted.
class EventTap final : public EventSink {
public:
    EventTap(EventSink& encoder, AnswerFacts& facts) : encoder_(encoder), facts_(facts) {}

    void on_event(const StreamEvent& event) override {
        if (const auto* fault = std::get_if<StreamFault>(&event)) {
            fault_ = fault->error;
            return;
        }
        if (const auto* finish = std::get_if<FinishEvent>(&event)) facts_.finish = finish->reason;
        if (const auto* usage = std::get_if<UsageEvent>(&event)) facts_.usage = usage->usage;
        encoder_.on_event(event);
    }

    bool on_native(const NativePart& part) override { return encoder_.on_native(part); }

    [[nodiscard]] Boxed<Error> take_fault() noexcept { return std::move(fault_); }

private:
    EventSink& encoder_;
    AnswerFacts& facts_;
    Boxed<Error> fault_;
};

}  // namespace breakwater
