#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "breakwater/canonical/stream_event.hpp"

namespace breakwater::test {

/// The stream grammar (contract C2, C3), written down a second time and independently of the guard. Feed it what comes
/// out of a guard; `problems` says what broke the grammar, and stays empty otherwise. Call `finish()` when the stream
/// is over.
class EventGrammar final : public EventSink {
public:
    void on_event(const StreamEvent& event) override {
        if (over_) complain("an event after the end");
        std::visit([this](const auto& value) { check(value); }, event);
    }

    void finish() {
        if (!over_) complain("the stream has no end");
    }

    [[nodiscard]] const std::vector<std::string>& problems() const noexcept { return problems_; }
    [[nodiscard]] bool faulted() const noexcept { return faulted_; }
    /// What the client would hold of a choice's text and of its calls' arguments.
    [[nodiscard]] std::string text(std::uint32_t choice) const { return find(choice).text; }
    [[nodiscard]] std::vector<std::string> arguments(std::uint32_t choice) const { return find(choice).arguments; }

private:
    struct Choice {
        std::string text{};
        std::vector<std::string> arguments{};
        std::vector<bool> custom{};
        std::set<std::string, std::less<>> ids{};
        bool finished = false;
    };

    void complain(std::string problem) { problems_.push_back(std::move(problem)); }

    [[nodiscard]] Choice find(std::uint32_t index) const {
        const auto found = choices_.find(index);
        return found == choices_.end() ? Choice{} : found->second;
    }

    Choice& open(std::uint32_t index) {
        Choice& choice = choices_[index];
        if (choice.finished) complain("content after the finish");
        if (finishes_) complain("content after the first finish");
        if (usage_) complain("content after usage");
        return choice;
    }

    void delta(std::uint32_t index, std::string_view value) {
        open(index);
        if (value.empty()) complain("an empty delta");
    }

    void check(const MessageStart&) {
        if (finishes_) complain("a message start after a finish");
    }
    void check(const TextDelta& event) {
        delta(event.choice, event.text);
        choices_[event.choice].text += event.text;
    }
    void check(const RefusalDelta& event) { delta(event.choice, event.text); }
    void check(const ReasoningDelta& event) { delta(event.choice, event.text); }
    void check(const ReasoningEnd& event) { open(event.choice); }
    void check(const AnnotationEvent& event) { delta(event.choice, event.json); }
    void check(const LogprobsEvent& event) { delta(event.choice, event.json); }
    void check(const AudioEvent& event) { delta(event.choice, event.json); }
    void check(const EmbeddingEvent& event) { delta(0, event.base64.empty() && event.values.empty() ? "" : "vector"); }
    void check(const RelayedHead&) { delta(0, "head"); }
    void check(const RankEvent&) { delta(0, "rank"); }
    void check(const ModerationEvent&) { delta(0, "verdict"); }
    void check(const ImageEvent&) { delta(0, "picture"); }
    void check(const ImageDraftEvent&) { delta(0, "draft"); }
    void check(const BytesEvent& event) { delta(0, event.bytes); }
    void check(const NativeItem& event) { delta(0, event.json); }

    void check(const ToolCallStart& event) {
        Choice& choice = open(event.choice);
        if (event.index != choice.arguments.size()) complain("a tool index that does not grow by one");
        if (event.id.empty() || event.name.empty()) complain("a tool call without id or name");
        if (!choice.ids.insert(std::string(event.id)).second) complain("a tool id that was used before");
        choice.arguments.emplace_back();
        choice.custom.push_back(event.custom);
    }
    void check(const ToolArgsDelta& event) {
        delta(event.choice, event.json);
        Choice& choice = choices_[event.choice];
        if (event.index >= choice.arguments.size()) return complain("arguments for a call that is not open");
        choice.arguments[event.index] += event.json;
    }

    void check(const FinishEvent& event) {
        Choice& choice = choices_[event.choice];
        if (choice.finished) complain("a second finish");
        if (usage_) complain("a finish after usage");
        if (event.choice < next_finish_) complain("finishes out of order");
        next_finish_ = event.choice + 1;
        const bool calls = !choice.arguments.empty();
        if (event.reason == FinishReason::stop && calls) complain("stop with tool calls");
        if (event.reason == FinishReason::tool_calls && !calls) complain("tool_calls without any");
        const bool whole = event.reason == FinishReason::stop || event.reason == FinishReason::tool_calls;
        for (std::size_t i = 0; i < choice.arguments.size(); ++i) {
            const bool may_be_empty = choice.custom[i] || (!whole && i + 1 == choice.arguments.size());
            if (choice.arguments[i].empty() && !may_be_empty) complain("a finished call without arguments");
        }
        choice.finished = true;
        finishes_ = true;
    }
    void check(const UsageEvent& event) {
        if (usage_) complain("usage twice");
        if (event.usage.reasoning && event.usage.output && *event.usage.reasoning > *event.usage.output) {
            complain("more reasoning than output");
        }
        usage_ = true;
    }
    void check(const StreamEnd&) {
        over_ = true;
        if (!finishes_) complain("a clean end without a finish");
        for (const auto& [index, choice] : choices_) {
            if (!choice.finished) complain("choice " + std::to_string(index) + " has no finish");
        }
    }
    void check(const StreamFault&) {
        over_ = true;
        faulted_ = true;
        if (finishes_ || usage_) complain("a fault after a finish or usage");
    }

    std::map<std::uint32_t, Choice> choices_;
    std::vector<std::string> problems_;
    std::uint32_t next_finish_ = 0;
    bool finishes_ = false;
    bool usage_ = false;
    bool over_ = false;
    bool faulted_ = false;
};

}  // namespace breakwater::test
