#include "breakwater/canonical/chat_response.hpp"

namespace breakwater {
namespace {

void fill(std::string& target, std::string_view value) {
    if (target.empty()) target = value;
}

/// Ends the open reasoning block. Its text is what the finished blocks have not taken of the choice's reasoning.
void end_reasoning_block(ResponseChoice& choice, const ReasoningEnd& end) {
    std::size_t taken = 0;
    for (const ReasoningPart& block : choice.reasoning_blocks) taken += block.text.size();
    choice.reasoning_blocks.push_back({.text = choice.reasoning.substr(taken),
                                       .signature = std::string(end.signature),
                                       .redacted = std::string(end.redacted)});
}

}  // namespace

struct ResponseFold::Apply {
    ResponseFold& fold;

    void operator()(const MessageStart& start) const {
        ChatResponse& response = fold.response_;
        fill(response.id, start.id);
        fill(response.model, start.model);
        fill(response.service_tier, start.service_tier);
        fill(response.system_fingerprint, start.system_fingerprint);
        if (response.created == 0) response.created = start.created;
    }
    void operator()(const TextDelta& delta) const {
        ResponseChoice& choice = fold.choice(delta.choice);
        choice.text += delta.text;
        choice.has_text = true;
    }
    void operator()(const RefusalDelta& delta) const { fold.choice(delta.choice).refusal += delta.text; }
    void operator()(const ReasoningDelta& delta) const { fold.choice(delta.choice).reasoning += delta.text; }
    void operator()(const ReasoningEnd& end) const { end_reasoning_block(fold.choice(end.choice), end); }
    void operator()(const ToolCallStart& start) const {
        fold.choice(start.choice)
            .tool_calls.push_back({.id = std::string(start.id),
                                   .name = std::string(start.name),
                                   .arguments = {},
                                   .custom = start.custom,
                                   .extension = std::string(start.extension)});
    }
    void operator()(const ToolArgsDelta& delta) const {
        auto& calls = fold.choice(delta.choice).tool_calls;
        if (delta.index < calls.size()) calls[delta.index].arguments += delta.json;
    }
    void operator()(const AnnotationEvent& event) const {
        fold.choice(event.choice).annotations.emplace_back(event.json);
    }
    void operator()(const LogprobsEvent& event) const {
        fold.choice(event.choice);
        if (fold.logprobs_.size() <= event.choice) fold.logprobs_.resize(std::size_t{event.choice} + 1);
        fold.logprobs_[event.choice].add(event.json);
    }
    void operator()(const AudioEvent& event) const { fold.choice(event.choice).audio = event.json; }
    void operator()(const NativeItem&) const {}  // of dialects that fold their answers themselves
    template <OperationEvent Event>
    void operator()(const Event&) const {}  // a chat has none
    void operator()(const UsageEvent& event) const {
        if (!fold.response_.usage) fold.response_.usage.emplace();
        fold.response_.usage->merge(event.usage);
    }
    void operator()(const FinishEvent& event) const {
        ResponseChoice& choice = fold.choice(event.choice);
        choice.finish = event.reason;
        choice.native_finish = event.native;
    }
    void operator()(const StreamEnd&) const {
        for (std::size_t i = 0; i < fold.logprobs_.size(); ++i) {
            fold.response_.choices[i].logprobs = fold.logprobs_[i].json();
        }
        fold.ended_ = true;
    }
    void operator()(const StreamFault& fault) const { fold.fault_ = fault.error; }
};

void ResponseFold::on_event(const StreamEvent& event) {
    std::visit(Apply{*this}, event);
}

ResponseChoice& ResponseFold::choice(std::uint32_t index) {
    // The guard in front bounds the index.
    if (response_.choices.size() <= index) response_.choices.resize(std::size_t{index} + 1);
    return response_.choices[index];
}

}  // namespace breakwater
