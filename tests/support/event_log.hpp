#pragma once

#include <string>
#include <vector>

#include "breakwater/canonical/stream_event.hpp"

namespace breakwater::test {

/// Writes every event down as a line, so that a whole stream can be compared at once: `text 0 "Hello"`.
class EventLog final : public EventSink {
public:
    void on_event(const StreamEvent& event) override {
        lines.push_back(std::visit([](const auto& value) { return line(value); }, event));
    }
    void on_unknown(Unknown /*what*/) override { ++unknown; }
    std::vector<std::string> lines;
    std::size_t unknown = 0;  ///< what was passed over

private:
    static std::string at(std::string_view what, std::uint32_t choice) {
        return std::string(what) + " " + std::to_string(choice);
    }
    static std::string quoted(std::string_view text) { return " \"" + std::string(text) + "\""; }
    static std::string count(std::string_view name, const std::optional<std::int64_t>& value) {
        return value ? " " + std::string(name) + "=" + std::to_string(*value) : std::string();
    }

    static std::string line(const MessageStart& e) { return "start" + quoted(e.id) + quoted(e.model); }
    static std::string line(const TextDelta& e) { return at("text", e.choice) + quoted(e.text); }
    static std::string line(const RefusalDelta& e) { return at("refusal", e.choice) + quoted(e.text); }
    static std::string line(const ReasoningDelta& e) { return at("reasoning", e.choice) + quoted(e.text); }
    static std::string line(const ReasoningEnd& e) {
        return at("reasoning_end", e.choice) + quoted(e.signature) + quoted(e.redacted);
    }
    static std::string line(const ToolCallStart& e) {
        return at("call", e.choice) + "." + std::to_string(e.index) + quoted(e.id) + quoted(e.name) +
               (e.custom ? " custom" : "") + (e.extension.empty() ? "" : quoted(e.extension));
    }
    static std::string line(const ToolArgsDelta& e) {
        return at("args", e.choice) + "." + std::to_string(e.index) + quoted(e.json);
    }
    static std::string line(const AnnotationEvent& e) { return at("annotation", e.choice) + quoted(e.json); }
    static std::string line(const LogprobsEvent& e) { return at("logprobs", e.choice) + quoted(e.json); }
    static std::string line(const AudioEvent& e) { return at("audio", e.choice) + quoted(e.json); }
    static std::string line(const EmbeddingEvent& e) {
        std::string values;
        for (const double value : e.values) values += " " + std::to_string(value);
        return at("vector", e.index) + (e.base64.empty() ? values : quoted(e.base64));
    }
    static std::string line(const RelayedHead& e) {
        std::string text = "head " + std::to_string(e.status);
        for (const auto& [name, value] : e.fields) text += " " + std::string(name) + "=" + std::string(value);
        return text;
    }
    static std::string line(const RankEvent& e) { return at("rank", e.index) + " " + std::to_string(e.score); }
    static std::string line(const ModerationEvent& e) {
        std::string line = at("verdict", e.index) + (e.flagged ? " flagged" : "");
        for (const ModerationCategory& each : e.categories) {
            line += " " + std::string(each.name) + "=" + std::to_string(each.score) + (each.flagged ? "!" : "") +
                    (each.text ? "t" : "") + (each.image ? "i" : "");
        }
        return line;
    }
    static std::string line(const ImageEvent& e) {
        return at("image", e.index) + " " + std::string(e.format) + quoted(e.base64.empty() ? e.url : e.base64) +
               (e.revised_prompt.empty() ? "" : quoted(e.revised_prompt));
    }
    static std::string line(const ImageDraftEvent& e) {
        return at("draft", e.index) + " " + std::string(e.format) + quoted(e.base64);
    }
    static std::string line(const BytesEvent& e) { return "bytes " + std::string(e.media_type) + quoted(e.bytes); }
    static std::string line(const NativeItem& e) { return at("native item", 0) + quoted(e.json); }
    static std::string line(const UsageEvent& e) {
        return "usage" + count("input", e.usage.input_uncached) + count("cache_read", e.usage.cache_read) +
               count("cache_write", e.usage.cache_write) + count("output", e.usage.output) +
               count("reasoning", e.usage.reasoning) + (e.usage.estimated ? " estimated" : "");
    }
    static std::string line(const FinishEvent& e) {
        return at("finish", e.choice) + " " + std::string(to_string(e.reason)) + quoted(e.native);
    }
    static std::string line(const StreamEnd&) { return "end"; }
    static std::string line(const StreamFault& e) { return "fault " + std::string(to_string(e.error.kind)); }
};

}  // namespace breakwater::test
