#include "encoding.hpp"

namespace breakwater::openai {
namespace {

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

}  // namespace

void write_reasoning(const Encoding& encoding) {
    const Reasoning& reasoning = encoding.request.reasoning;
    JsonWriter& json = encoding.json;
    if (!reasoning.native.empty()) {
        // OpenAI's own service refuses the object, so effort or budget have to do.
        if (!encoding.official()) {
            json.raw_field("thinking", reasoning.native);
            return;
        }
        encoding.notes.change("thinking", AdaptAction::dropped);
    }
    std::optional<ReasoningEffort> effort = reasoning.effort;
    if (!effort && reasoning.budget_tokens) {
        effort = effort_of(*reasoning.budget_tokens);
        encoding.notes.change("reasoning.max_tokens", AdaptAction::mapped);
    }
    if (!effort) return;
    if (encoding.vendor.thinking_switch && *effort == ReasoningEffort::none) {
        json.raw_field("thinking", R"({"type":"disabled"})");
    } else {
        json.field("reasoning_effort", to_string(*effort));
    }
}

void write_reasoning_replay(const Encoding& encoding, const Message& message, bool in_tool_loop) {
    if (!has_reasoning(message)) return;
    switch (encoding.vendor.replay) {
        case ReasoningReplay::never:
            return;
        case ReasoningReplay::tool_loop:
            if (!in_tool_loop) return;
            [[fallthrough]];
        case ReasoningReplay::content:
            if (encoding.deployment.facts.vendor == "openai" && encoding.vendor.name.empty()) return;
            encoding.json.field("reasoning_content", joined_text(message));
            return;
        case ReasoningReplay::gpt_oss:
            if (encoding.deployment.model.find("gpt-oss") == std::string::npos) return;
            encoding.json.field("reasoning", joined_text(message));
            return;
        case ReasoningReplay::details:
            write_details(encoding, message);
            return;
    }
}

}  // namespace breakwater::openai
