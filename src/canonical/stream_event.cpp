#include "breakwater/canonical/stream_event.hpp"

namespace breakwater {
namespace {

/// Listing every event here makes the compiler ask about a new one.
struct IsContent {
    bool operator()(const MessageStart&) const noexcept { return false; }
    bool operator()(const TextDelta&) const noexcept { return true; }
    bool operator()(const RefusalDelta&) const noexcept { return true; }
    bool operator()(const ReasoningDelta&) const noexcept { return true; }
    // A redacted block is reasoning that came in one opaque piece; a signature only seals what came before.
    bool operator()(const ReasoningEnd& end) const noexcept { return !end.redacted.empty(); }
    bool operator()(const ToolCallStart&) const noexcept { return true; }
    bool operator()(const ToolArgsDelta&) const noexcept { return true; }
    bool operator()(const AnnotationEvent&) const noexcept { return false; }
    bool operator()(const LogprobsEvent&) const noexcept { return false; }
    bool operator()(const AudioEvent&) const noexcept { return true; }
    bool operator()(const NativeItem&) const noexcept { return true; }
    template <OperationEvent Event>
    bool operator()(const Event&) const noexcept {
        return true;
    }
    bool operator()(const UsageEvent&) const noexcept { return false; }
    bool operator()(const FinishEvent&) const noexcept { return false; }
    bool operator()(const StreamEnd&) const noexcept { return false; }
    bool operator()(const StreamFault&) const noexcept { return false; }
};

}  // namespace

std::string_view to_string(FinishReason reason) noexcept {
    switch (reason) {
        case FinishReason::stop:
            return "stop";
        case FinishReason::length:
            return "length";
        case FinishReason::tool_calls:
            return "tool_calls";
        case FinishReason::content_filter:
            return "content_filter";
    }
    return "stop";
}

bool is_content(const StreamEvent& event) noexcept {
    return std::visit(IsContent{}, event);
}

}  // namespace breakwater
