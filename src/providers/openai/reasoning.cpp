#include "encoding.hpp"

namespace breakwater::openai {
namespace {

using config::ReasoningReplay;
using config::ReasoningSwitch;

/// The effort that stands for a budget of reasoning tokens: the dialect has no number for it.
ReasoningEffort effort_of(std::int64_t budget) noexcept {
    if (budget <= 0) return ReasoningEffort::none;
    if (budget <= 2048) return ReasoningEffort::low;
    if (budget <= 8192) return ReasoningEffort::medium;
    return ReasoningEffort::high;
}

std::string joined_text(const Message& message) {
    std::string text;
    for (const ContentPart& part : message.parts) {
        if (const auto* reasoning = std::get_if<ReasoningPart>(&part)) text += reasoning->text;
    }
    return text;
}

bool has_reasoning(const Message& message) noexcept {
    for (const ContentPart& part : message.parts) {
        if (std::holds_alternative<ReasoningPart>(part)) return true;
    }
    return false;
}

/// OpenRouter wants signed and encrypted blocks back as they were, in order.
void write_details(const Encoding& encoding, const Message& message) {
    JsonWriter& json = encoding.json;
    json.key("reasoning_details").begin_array();
    std::int64_t index = 0;
    for (const ContentPart& part : message.parts) {
        const auto* reasoning = std::get_if<ReasoningPart>(&part);
        if (reasoning == nullptr) continue;
        json.begin_object();
        if (reasoning->redacted.empty()) {
            json.field("type", "reasoning.text").field("text", reasoning->text);
            if (!reasoning->signature.empty()) json.field("signature", reasoning->signature);
        } else {
            json.field("type", "reasoning.encrypted").field("data", reasoning->redacted);
        }
        json.field("index", index++).end_object();
    }
    json.end_array();
}

/// Alibaba knows no efforts, but a switch and a budget.
void write_enable_thinking(const Encoding& encoding) {
    const Reasoning& reasoning = encoding.request.reasoning;
    if (!reasoning.effort && !reasoning.budget_tokens) return;
    const bool by_budget = !reasoning.effort;
    const bool on = by_budget ? *reasoning.budget_tokens > 0 : *reasoning.effort != ReasoningEffort::none;
    if (!by_budget && on) encoding.notes.record("reasoning_effort", AdaptAction::mapped);
    if (!encoding.extended_by("enable_thinking")) encoding.json.field("enable_thinking", on);
    const bool has_budget = on && reasoning.budget_tokens.value_or(0) > 0;
    if (has_budget && !encoding.extended_by("thinking_budget"))
        encoding.json.field("thinking_budget", *reasoning.budget_tokens);
}

/// Switches reasoning off where that is not an effort; false, and nothing written, where it is.
bool write_off(const Encoding& encoding) {
    switch (encoding.quirks.reasoning_switch) {
        case ReasoningSwitch::effort:
        case ReasoningSwitch::enable_thinking:
            return false;
        case ReasoningSwitch::thinking:
            encoding.json.raw_field("thinking", R"({"type":"disabled"})");
            return true;
        case ReasoningSwitch::chat_template:
            // A client that writes the template's arguments itself knows what it wants of them.
            if (!encoding.extended_by("chat_template_kwargs"))
                encoding.json.raw_field("chat_template_kwargs", R"({"enable_thinking":false})");
            return true;
    }
    return false;
}

}  // namespace

void write_reasoning(const Encoding& encoding) {
    const Reasoning& reasoning = encoding.request.reasoning;
    JsonWriter& json = encoding.json;
    if (!reasoning.native.empty() && encoding.request.dialect != ClientDialect::openai_chat) {
        // The object of another dialect; what it says beyond "think" stands beside it.
        if (encoding.quirks.reasoning_switch == ReasoningSwitch::thinking && !reasoning.effort)
            return static_cast<void>(json.raw_field("thinking", R"({"type":"enabled"})"));
    } else if (!reasoning.native.empty()) {
        // Where the object is refused or ignored, effort or budget have to do.
        if (!encoding.official() && encoding.quirks.reasoning_switch != ReasoningSwitch::enable_thinking) {
            json.raw_field("thinking", reasoning.native);
            return;
        }
        encoding.notes.change("thinking", AdaptAction::dropped);
    }
    if (encoding.quirks.reasoning_switch == ReasoningSwitch::enable_thinking) return write_enable_thinking(encoding);
    std::optional<ReasoningEffort> effort = reasoning.effort;
    if (!effort && reasoning.budget_tokens) {
        effort = effort_of(*reasoning.budget_tokens);
        encoding.notes.change("reasoning.max_tokens", AdaptAction::mapped);
    }
    if (!effort) return;
    if (*effort != ReasoningEffort::none || !write_off(encoding)) json.field("reasoning_effort", to_string(*effort));
}

void write_reasoning_replay(const Encoding& encoding, const Message& message, bool in_tool_loop) {
    if (!has_reasoning(message)) return;
    switch (encoding.quirks.reasoning_replay) {
        case ReasoningReplay::never:
            return;
        case ReasoningReplay::tool_loop:
            if (!in_tool_loop) return;
            break;
        case ReasoningReplay::except_openai:
            if (encoding.openai_model()) return;
            break;
        case ReasoningReplay::content:
            break;
        case ReasoningReplay::gpt_oss:
            if (encoding.deployment.model.find("gpt-oss") == std::string::npos) return;
            encoding.json.field("reasoning", joined_text(message));
            return;
        case ReasoningReplay::details:
            write_details(encoding, message);
            return;
    }
    encoding.json.field("reasoning_content", joined_text(message));
}

}  // namespace breakwater::openai
