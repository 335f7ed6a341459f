#include "script.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <map>
#include <string>
#include <utility>

namespace bench {
namespace {

constexpr unsigned kIdleEvents = 1'000'000;
constexpr std::array<std::string_view, 8> kWords{" answered", " followed", " measured", " recorded",
                                                 " returned", " selected", " streamed", " supplied"};

// Texts as the vendors send them, with fields of the usual lengths.
constexpr std::string_view kOpenAiChunk =
    R"(data: {"id":"chatcmpl-CbenchT7nV0yQ3mJk2LxW9aZdRf","object":"chat.completion.chunk","created":1770000000,)"
    R"("model":"gpt-bench-2026-01-15","system_fingerprint":"fp_50cad350e4",)"
    R"("choices":[{"index":0,"delta":%,"logprobs":null,"finish_reason":&}],"obfuscation":"kQ7wTzB3xN"})";
constexpr std::string_view kOpenAiUsage =
    R"(data: {"id":"chatcmpl-CbenchT7nV0yQ3mJk2LxW9aZdRf","object":"chat.completion.chunk","created":1770000000,)"
    R"("model":"gpt-bench-2026-01-15","choices":[],"usage":{"prompt_tokens":250,"completion_tokens":200,)"
    R"("total_tokens":450}})";
constexpr std::string_view kAnthropicStart =
    R"({"type":"message_start","message":{"id":"msg_01BenchT7nV0yQ3mJk2LxW9a","type":"message","role":"assistant",)"
    R"("model":"claude-bench","content":[],"stop_reason":null,"stop_sequence":null,)"
    R"("usage":{"input_tokens":250,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1}}})";
constexpr std::string_view kAnthropicDelta =
    R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%"}})";
constexpr std::string_view kOpenAiDocument =
    R"({"id":"chatcmpl-CbenchT7nV0yQ3mJk2LxW9aZdRf","object":"chat.completion","created":1770000000,)"
    R"("model":"gpt-bench-2026-01-15","choices":[{"index":0,"message":{"role":"assistant","content":"%",)"
    R"("refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":250,)"
    R"("completion_tokens":90,"total_tokens":340,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},)"
    R"("completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,)"
    R"("rejected_prediction_tokens":0}},"service_tier":"default","system_fingerprint":"fp_50cad350e4"})";
constexpr std::string_view kAnthropicDocument =
    R"({"id":"msg_01BenchT7nV0yQ3mJk2LxW9a","type":"message","role":"assistant","model":"claude-bench",)"
    R"("content":[{"type":"text","text":"%"}],"stop_reason":"end_turn","stop_sequence":null,)"
    R"("usage":{"input_tokens":250,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":90}})";

std::string replaced(std::string_view pattern, char mark, std::string_view text) {
    std::string result(pattern);
    if (const std::size_t at = result.find(mark); at != std::string::npos) result.replace(at, 1, text);
    return result;
}

/// One chunk of chunked coding for each event, as the vendors' servers frame them.
std::string chunked(std::string_view event) {
    char size[16];
    const auto end = std::to_chars(size, size + sizeof size, event.size() + 2, 16).ptr;
    return std::string(size, end).append("\r\n").append(event).append("\n\n\r\n");
}

std::string openai_event(std::string_view delta, std::string_view finish) {
    return chunked(replaced(replaced(kOpenAiChunk, '%', delta), '&', finish));
}

std::string anthropic_event(std::string_view name, std::string_view data) {
    return chunked(std::string("event: ").append(name).append("\ndata: ").append(data));
}

std::string make_opening(Dialect dialect) {
    const std::string head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\n"
        "Transfer-Encoding: chunked\r\n\r\n";
    if (dialect == Dialect::openai)
        return head + openai_event(R"({"role":"assistant","content":"","refusal":null})", "null");
    return head + anthropic_event("message_start", kAnthropicStart) +
           anthropic_event("content_block_start",
                           R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})");
}

std::string make_ending(Dialect dialect) {
    if (dialect == Dialect::openai)
        return openai_event("{}", R"("stop")") + chunked(kOpenAiUsage) + chunked("data: [DONE]") + "0\r\n\r\n";
    return anthropic_event("content_block_stop", R"({"type":"content_block_stop","index":0})") +
           anthropic_event("message_delta",
                           R"({"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},)"
                           R"("usage":{"output_tokens":200}})") +
           anthropic_event("message_stop", R"({"type":"message_stop"})") + "0\r\n\r\n";
}

std::string make_document(Dialect dialect) {
    std::string text;
    for (int i = 0; i < 6; ++i) text += "A sentence of an answer that says nothing and is long enough. ";
    const std::string body = replaced(dialect == Dialect::openai ? kOpenAiDocument : kAnthropicDocument, '%', text);
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

/// The string behind `"name":`, or nothing.
std::optional<std::string_view> text_after(std::string_view body, std::string_view name) {
    const std::size_t at = body.find(name);  // memchr and memcmp inside: quick enough, since the model stands first
    if (at == std::string_view::npos) return std::nullopt;
    return body.substr(at + name.size(), 64);
}

/// The numbers behind `word` in a model name; both or the first may be missing.
bool read_numbers(std::string_view model, std::string_view word, unsigned& first, unsigned& second) {
    const std::size_t at = model.find(word);
    if (at == std::string_view::npos) return false;
    const char* const end = model.data() + model.size();
    const auto [next, error] = std::from_chars(model.data() + at + word.size(), end, first);
    if (error == std::errc{} && next != end && *next == '-') std::from_chars(next + 1, end, second);
    return error == std::errc{};
}

Script read_model(std::string_view model) {
    Script script;
    unsigned first = 0;
    unsigned second = 0;
    if (read_numbers(model, "burst-", first, second)) {
        script.kind = Script::Kind::burst;
        script.events = first;
    } else if (read_numbers(model, "paced-", first, second)) {
        script.kind = Script::Kind::paced;
        script.events = first;
        script.gap = std::chrono::milliseconds(second);
    } else if (read_numbers(model, "idle-", first, second)) {
        script.kind = Script::Kind::idle;
        script.events = kIdleEvents;
        script.gap = std::chrono::seconds(first);
    }
    return script;
}

}  // namespace

std::optional<Script> choose_script(std::string_view target, std::string_view body, bool complete) {
    const auto after_model = text_after(body, "\"model\"");
    if (!complete && (!after_model || after_model->size() < 64)) return std::nullopt;
    Script script;
    if (after_model) {
        // `:"NAME"`, with or without a blank: the name ends at the third quote.
        const std::size_t open = after_model->find('"');
        if (open != std::string_view::npos)
            script = read_model(after_model->substr(open + 1, after_model->find('"', open + 1) - open - 1));
    }
    script.dialect = target.find("/messages") == std::string_view::npos ? Dialect::openai : Dialect::anthropic;
    if (script.kind == Script::Kind::whole) return script;
    if (!complete) return std::nullopt;
    const auto after_stream = text_after(body, "\"stream\"");
    if (!after_stream || after_stream->substr(0, 6).find("tr") == std::string_view::npos)
        script.kind = Script::Kind::whole;
    return script;
}

std::string_view whole_response(const Script& script) {
    // Made at the first request of its kind.
    static std::map<std::pair<Dialect, unsigned>, std::string> bursts;
    static const std::string documents[] = {make_document(Dialect::openai), make_document(Dialect::anthropic)};
    if (script.kind == Script::Kind::whole) return documents[static_cast<int>(script.dialect)];
    std::string& burst = bursts[{script.dialect, script.events}];
    if (burst.empty()) {
        burst = stream_opening(script.dialect);
        for (unsigned i = 0; i < script.events; ++i) burst += stream_event(script.dialect, i);
        burst += stream_ending(script.dialect);
    }
    return burst;
}

std::string_view stream_opening(Dialect dialect) {
    static const std::string texts[] = {make_opening(Dialect::openai), make_opening(Dialect::anthropic)};
    return texts[static_cast<int>(dialect)];
}

std::string_view stream_event(Dialect dialect, unsigned number) {
    using Texts = std::array<std::string, kWords.size()>;
    static const std::array<Texts, 2> texts = [] {
        std::array<Texts, 2> made;
        for (std::size_t i = 0; i < kWords.size(); ++i) {
            made[0][i] = openai_event(replaced(R"({"content":"%"})", '%', kWords[i]), "null");
            made[1][i] = anthropic_event("content_block_delta", replaced(kAnthropicDelta, '%', kWords[i]));
        }
        return made;
    }();
    return texts[static_cast<std::size_t>(dialect)][number % kWords.size()];
}

std::string_view stream_ending(Dialect dialect) {
    static const std::string texts[] = {make_ending(Dialect::openai), make_ending(Dialect::anthropic)};
    return texts[static_cast<int>(dialect)];
}

}  // namespace bench
