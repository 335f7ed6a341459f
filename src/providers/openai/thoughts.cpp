#include "thoughts.hpp"

#include <algorithm>

namespace breakwater::openai {
namespace {

using Element = JsonReader::Element;

std::string_view text_of(Element block) noexcept {
    for (const std::string_view key : {"text", "summary", "thinking"}) {
        if (const auto text = get_string(block, key)) return *text;
    }
    return {};
}

/// True when the blocks' texts join to `text`: the two are the same words in two forms, and the blocks know more.
bool join_to(std::string_view text, JsonReader::Array blocks) noexcept {
    for (const Element block : blocks) {
        const std::string_view piece = text_of(block);
        if (!text.starts_with(piece)) return false;
        text.remove_prefix(piece.size());
    }
    return text.empty();
}

void emit_delta(std::string_view text, std::uint32_t choice, EventSink& sink) {
    if (!text.empty()) sink.on_event(ReasoningDelta{.choice = choice, .text = text, .verbatim = true});
}

/// True when there was one.
bool emit_end(Element block, std::uint32_t choice, EventSink& sink) {
    const std::string_view signature = get_string(block, "signature").value_or("");
    const std::string_view redacted = get_string(block, "data").value_or("");
    if (signature.empty() && redacted.empty()) return false;
    sink.on_event(ReasoningEnd{.choice = choice, .signature = signature, .redacted = redacted});
    return true;
}

/// Of blocks that say nothing; many do so, because only a later piece of them does.
bool is_known_block(Element block) noexcept {
    static constexpr std::string_view kTypes[] = {
        "", "text", "thinking", "redacted_thinking", "reasoning.text", "reasoning.summary", "reasoning.encrypted"};
    return std::ranges::find(kTypes, get_string(block, "type").value_or("")) != std::end(kTypes);
}

/// A string, or a list of {"type":"text","text":...}.
void emit_nested(Element value, std::uint32_t choice, EventSink& sink) {
    std::string_view text;
    if (value.get(text)) return emit_delta(text, choice, sink);
    JsonReader::Array pieces;
    if (!value.get(pieces)) return;
    for (const Element piece : pieces) {
        emit_delta(text_of(piece), choice, sink);
        emit_end(piece, choice, sink);
    }
}

}  // namespace

void emit_thoughts(const Thoughts& thoughts, std::uint32_t choice, EventSink& sink) {
    if (!thoughts.blocks) return emit_delta(thoughts.text, choice, sink);
    const bool by_block = thoughts.text.empty() || join_to(thoughts.text, *thoughts.blocks);
    if (!by_block) emit_delta(thoughts.text, choice, sink);
    for (const Element block : *thoughts.blocks) {
        const std::string_view text = text_of(block);
        if (by_block) emit_delta(text, choice, sink);
        const bool ended = emit_end(block, choice, sink);
        if (text.empty() && !ended && !is_known_block(block)) sink.on_unknown(Unknown::content);
    }
}

std::size_t emit_parts(JsonReader::Array parts, std::uint32_t choice, EventSink& sink) {
    std::size_t bytes = 0;
    for (const Element part : parts) {
        const std::string_view type = get_string(part, "type").value_or("text");
        if (type == "thinking" || type == "reasoning") {
            const auto thinking = get_value(part, "thinking");
            const auto nested = thinking ? thinking : get_value(part, "summary");
            if (nested) emit_nested(*nested, choice, sink);
            emit_end(part, choice, sink);
        } else if (type == "refusal") {
            sink.on_event(RefusalDelta{.choice = choice, .text = get_string(part, "refusal").value_or("")});
        } else if (type == "text" || type == "output_text") {
            const std::string_view text = get_string(part, "text").value_or("");
            bytes += text.size();
            sink.on_event(TextDelta{.choice = choice, .text = text});
        } else if (type != "reference") {  // Mistral's numbers of sources
            sink.on_unknown(Unknown::content);
        }
    }
    return bytes;
}

}  // namespace breakwater::openai
