#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "breakwater/canonical/chat_request.hpp"
#include "breakwater/canonical/logprobs.hpp"
#include "breakwater/canonical/stream_event.hpp"
#include "breakwater/canonical/usage.hpp"

namespace breakwater {

struct ResponseChoice {
    std::string text{};
    bool has_text = false;
    std::string refusal{};
    std::string reasoning{};  ///< all reasoning text of the choice, joined
    std::vector<ReasoningPart> reasoning_blocks{};
    std::vector<ToolCallPart> tool_calls{};
    std::vector<JsonText> annotations{};
    JsonText logprobs{};  ///< merged over the stream
    JsonText audio{};
    std::optional<FinishReason> finish{};
    std::string native_finish{};
};

/// A whole answer: what the events of a stream add up to.
struct ChatResponse {
    std::string id{};
    std::string model{};
    std::int64_t created = 0;
    std::string service_tier{};
    std::string system_fingerprint{};
    std::vector<ResponseChoice> choices{};
    std::optional<Usage> usage{};
};

/// Adds events up to a ChatResponse: the only way a non-streaming answer is made. Copies what it is given, so the
/// borrowed views of the events need not outlive the call. One per answer, single-threaded.
class ResponseFold final : public EventSink {
public:
    void on_event(const StreamEvent& event) override;
    /// The answer so far; complete (log probabilities too) once `ended()`, which a fault never brings about.
    [[nodiscard]] const ChatResponse& response() const noexcept { return response_; }
    [[nodiscard]] ChatResponse take() noexcept { return std::move(response_); }
    [[nodiscard]] bool ended() const noexcept { return ended_; }
    [[nodiscard]] const std::optional<Error>& fault() const noexcept { return fault_; }

private:
    struct Apply;
    ResponseChoice& choice(std::uint32_t index);
    ChatResponse response_;
    std::vector<LogprobsMerge> logprobs_;  ///< by choice; written into the response at the end
    std::optional<Error> fault_;
    bool ended_ = false;
};

}  // namespace breakwater
