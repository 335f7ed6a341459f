#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "breakwater/base/base64.hpp"
#include "providers/shared/crc32.hpp"

// What each provider's API sends in the middle of a long answer, with the members that come along in recorded streams.
namespace breakwater::test {

enum class Delta : std::uint8_t {
    text,
    arguments,
    thoughts,
    probabilities,  ///< text, and the log probabilities of its tokens
};

struct ProviderStream {
    std::string name{};  ///< of the API
    std::string dialect{};
    std::string model = "m";
    std::string api{};  ///< of the deployment, where the dialect has several
    std::string content_type = "text/event-stream";
    Delta delta = Delta::text;
    std::string opening{};  ///< what comes once
    std::string event{};    ///< and again and again
    bool whole = false;     ///< the decoder keeps it until all of it is there

    [[nodiscard]] ProviderStream with(Delta kind, std::string first, std::string next) const {
        ProviderStream stream = *this;
        stream.delta = kind;
        stream.opening = std::move(first);
        stream.event = std::move(next);
        return stream;
    }
};

inline std::string name_of(const ProviderStream& stream) {
    static constexpr std::string_view kWords[] = {"text", "arguments", "thoughts", "probabilities"};
    return stream.name + "_" + std::string(kWords[static_cast<std::size_t>(stream.delta)]);
}

inline void PrintTo(const ProviderStream& stream, std::ostream* out) {
    *out << name_of(stream);
}

// The inside of JSON strings. No piece fits into a string without memory of its own, and each has to be unescaped.
inline const std::string kWords = R"( and \"words\" that are longer than a small string\n)";
inline const std::string kFirstArguments = R"({\"day\": \"Monday\")";
inline const std::string kArguments = R"(, \"place\": \"one that is longer than a small string\")";

/// The one log probability of each event; those of the tokens that were less likely are others.
inline const std::string kLogprob = "-0.0625";
inline const std::string kOtherLogprob = "-2.75";

/// A token as most APIs have it.
inline std::string token_with_probability() {
    const auto token = [](const std::string& logprob) {
        return R"({"token":")" + kWords + R"(","logprob":)" + logprob + R"(,"bytes":[32,97,110,100])";
    };
    const std::string other = token(kOtherLogprob) + "}";
    return token(kLogprob) + R"(,"top_logprobs":[)" + other + "," + other + "]}";
}

inline std::string unnamed_event(const std::string& json) {
    return "data: " + json + "\n\n";
}

/// An object whose type comes first, as three of the APIs have it.
inline std::string typed(const std::string& type, const std::string& members) {
    return R"({"type":")" + type + "\"," + members + "}";
}
inline std::string named_event(const std::string& type, const std::string& members) {
    return "event: " + type + "\n" + unnamed_event(typed(type, members));
}

inline std::string big_endian(std::size_t value, int bytes) {
    std::string out;
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xFF);
    return out;
}

/// A message of AWS's event stream.
inline std::string frame(const std::string& event_type, const std::string& payload) {
    const auto header = [](const std::string& name, const std::string& value) {
        return big_endian(name.size(), 1) + name + '\x07' + big_endian(value.size(), 2) + value;
    };
    const std::string headers = header(":event-type", event_type) + header(":content-type", "application/json") +
                                header(":message-type", "event");
    std::string bytes = big_endian(headers.size() + payload.size() + 16, 4) + big_endian(headers.size(), 4);
    bytes += big_endian(crc32(0, bytes), 4);
    bytes += headers + payload;
    return bytes + big_endian(crc32(0, bytes), 4);
}

/// An event of the Messages API as InvokeModel sends it.
inline std::string framed_event(const std::string& type, const std::string& members) {
    return frame("chunk", R"({"bytes":")" + encode_base64(typed(type, members)) + R"(","p":"abcde"})");
}

inline std::vector<ProviderStream> openai_streams(const std::string& dialect) {
    const ProviderStream of{.name = dialect, .dialect = dialect};
    const auto chunk = [](const std::string& delta, const std::string& logprobs = "null") {
        return unnamed_event(
            R"({"id":"chatcmpl-x","object":"chat.completion.chunk","created":1,"model":"m","service_tier":"default","system_fingerprint":"fp_1","choices":[{"index":0,"delta":)" +
            delta + R"(,"logprobs":)" + logprobs +
            R"(,"finish_reason":null}],"usage":null,"obfuscation":"Wm8xkCZq7"})");
    };
    const auto arguments = [&](const std::string& piece) {
        return chunk(R"({"tool_calls":[{"index":0,"function":{"arguments":")" + piece + R"("}}]})");
    };
    const std::string role = chunk(R"({"role":"assistant","content":"","refusal":null})");
    const std::string call = chunk(
        R"({"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"look_up","arguments":""}}]})");
    const std::string words = R"({"content":")" + kWords + R"("})";
    const std::string logprobs = R"({"content":[)" + token_with_probability() + R"(],"refusal":null})";
    ProviderStream late = of;
    late.name += "_late";
    return {of.with(Delta::text, role, chunk(words)), of.with(Delta::probabilities, role, chunk(words, logprobs)),
            late.with(Delta::probabilities, role, chunk(words) + chunk("{}", logprobs)),
            of.with(Delta::arguments, call + arguments(kFirstArguments), arguments(kArguments)),
            of.with(Delta::thoughts, role, chunk(R"({"content":null,"reasoning_content":")" + kWords + R"("})"))};
}

/// What differs from OpenAI's own among those that speak its dialect.
inline std::vector<ProviderStream> openai_like_streams() {
    const std::string chunk =
        R"({"id":"gen-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":)";
    const ProviderStream openrouter{.name = "openrouter", .dialect = "openai"};
    const ProviderStream mistral{.name = "mistral", .dialect = "openai"};
    const ProviderStream together{.name = "together", .dialect = "openai"};
    const ProviderStream completions{.name = "openai_completions", .dialect = "openai"};
    const auto completion = [](const std::string& logprobs) {
        return unnamed_event(R"({"id":"cmpl-1","object":"text_completion","created":1,"choices":[{"text":")" + kWords +
                             R"(","index":0,"logprobs":)" + logprobs + R"(,"finish_reason":null}],"model":"m"})");
    };
    return {
        openrouter.with(
            Delta::thoughts, ": OPENROUTER PROCESSING\n\n",
            unnamed_event(chunk + R"({"role":"assistant","content":"","reasoning":")" + kWords +
                          R"(","reasoning_details":[{"type":"reasoning.text","text":")" + kWords +
                          R"(","format":"unknown","index":0}]},"finish_reason":null,"native_finish_reason":null}]})")),
        mistral.with(Delta::thoughts, "",
                     unnamed_event(chunk + R"({"content":[{"type":"thinking","thinking":[{"type":"text","text":")" +
                                   kWords + R"("}]}]},"finish_reason":null}]})")),
        together.with(Delta::probabilities, "",
                      unnamed_event(chunk + R"({"content":")" + kWords + R"("},"logprobs":)" + kLogprob +
                                    R"(,"finish_reason":null}]})")),
        completions.with(Delta::text, "", completion("null")),
        completions.with(
            Delta::probabilities, "",
            completion(R"({"tokens":[")" + kWords + R"("],"token_logprobs":[)" + kLogprob + R"(],"top_logprobs":[{")" +
                       kWords + R"(":)" + kOtherLogprob + R"(}],"text_offset":[5]})"))};
}

inline std::vector<ProviderStream> responses_streams() {
    const ProviderStream of{.name = "openai_responses", .dialect = "openai.responses"};
    const std::string created = named_event(
        "response.created",
        R"("sequence_number":0,"response":{"id":"resp_1","object":"response","created_at":1,"status":"in_progress","model":"m","output":[]})");
    const auto item = [&](const std::string& json) {
        return created +
               named_event("response.output_item.added", R"("sequence_number":1,"output_index":0,"item":)" + json);
    };
    const auto delta = [](const std::string& kind, const std::string& place, const std::string& piece) {
        return named_event("response." + kind + ".delta",
                           R"("sequence_number":2,"item_id":"item_1","output_index":0,)" + place + R"("delta":")" +
                               piece + R"(","obfuscation":"2ajSAGID")");
    };
    const auto arguments = [&](const std::string& piece) { return delta("function_call_arguments", "", piece); };
    ProviderStream thoughts = of;
    thoughts.name = "openai_responses_verbatim";
    const std::string message =
        item(R"({"id":"item_1","type":"message","status":"in_progress","content":[],"role":"assistant"})");
    return {
        of.with(Delta::text, message, delta("output_text", R"("content_index":0,"logprobs":[],)", kWords)),
        of.with(Delta::probabilities, message,
                delta("output_text", R"("content_index":0,"logprobs":[)" + token_with_probability() + "],", kWords)),
        of.with(
            Delta::arguments,
            item(
                R"({"id":"item_1","type":"function_call","status":"in_progress","arguments":"","call_id":"call_1","name":"look_up"})") +
                arguments(kFirstArguments),
            arguments(kArguments)),
        of.with(Delta::thoughts, item(R"({"id":"item_1","type":"reasoning","summary":[]})"),
                delta("reasoning_summary_text", R"("summary_index":0,)", kWords)),
        thoughts.with(Delta::thoughts, item(R"({"id":"item_1","type":"reasoning","summary":[]})"),
                      delta("reasoning_text", R"("content_index":0,)", kWords))};
}

/// The Messages API, in whatever its events are put.
inline std::vector<ProviderStream> messages_streams(const ProviderStream& of, decltype(named_event)& event) {
    const std::string start = event(
        "message_start",
        R"("message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}})");
    const auto block = [&](const std::string& content) {
        return start + event("content_block_start", R"("index":0,"content_block":)" + content);
    };
    const auto delta = [&](const std::string& kind, const std::string& member, const std::string& piece) {
        return event("content_block_delta",
                     R"("index":0,"delta":{"type":")" + kind + R"(",")" + member + R"(":")" + piece + R"("})");
    };
    const auto arguments = [&](const std::string& piece) { return delta("input_json_delta", "partial_json", piece); };
    return {
        of.with(Delta::text, block(R"({"type":"text","text":""})"), delta("text_delta", "text", kWords)),
        of.with(Delta::arguments,
                block(R"({"type":"tool_use","id":"toolu_1","name":"look_up","input":{}})") + arguments(kFirstArguments),
                arguments(kArguments)),
        of.with(Delta::thoughts, block(R"({"type":"thinking","thinking":"","signature":""})"),
                delta("thinking_delta", "thinking", kWords))};
}

inline std::vector<ProviderStream> converse_streams() {
    const ProviderStream of{
        .name = "bedrock_converse", .dialect = "bedrock", .content_type = "application/vnd.amazon.eventstream"};
    const std::string start = frame("messageStart", R"({"p":"abcdefg","role":"assistant"})");
    const auto delta = [](const std::string& json) {
        return frame("contentBlockDelta", R"({"contentBlockIndex":0,"delta":)" + json + R"(,"p":"abcdefghijk"})");
    };
    const auto arguments = [&](const std::string& piece) {
        return delta(R"({"toolUse":{"input":")" + piece + R"("}})");
    };
    const std::string call =
        frame("contentBlockStart",
              R"({"contentBlockIndex":0,"p":"abc","start":{"toolUse":{"name":"look_up","toolUseId":"tooluse_1"}}})");
    return {of.with(Delta::text, start, delta(R"({"text":")" + kWords + R"("})")),
            of.with(Delta::arguments, start + call + arguments(kFirstArguments), arguments(kArguments)),
            of.with(Delta::thoughts, start, delta(R"({"reasoningContent":{"text":")" + kWords + R"("}})"))};
}

inline std::vector<ProviderStream> cohere_streams() {
    const ProviderStream of{.name = "cohere", .dialect = "cohere"};
    const auto event = [](const std::string& type, const std::string& message) {
        return named_event(type, R"("index":0,"delta":{"message":)" + message + "}");
    };
    const auto arguments = [&](const std::string& piece) {
        return event("tool-call-delta", R"({"tool_calls":{"function":{"arguments":")" + piece + R"("}}})");
    };
    const std::string start = named_event(
        "message-start",
        R"("id":"c-1","delta":{"message":{"role":"assistant","content":[],"tool_plan":"","tool_calls":[],"citations":[]}})");
    const std::string text = start + event("content-start", R"({"content":{"type":"text","text":""}})");
    return {
        of.with(Delta::text, text, event("content-delta", R"({"content":{"text":")" + kWords + R"("}})")),
        of.with(Delta::probabilities, text,
                named_event("content-delta", R"("index":0,"delta":{"message":{"content":{"text":")" + kWords +
                                                 R"("}}},"logprobs":{"text":")" + kWords +
                                                 R"(","token_ids":[1,2],"logprobs":[)" + kLogprob + ",0]}")),
        of.with(
            Delta::arguments,
            start +
                event(
                    "tool-call-start",
                    R"({"tool_calls":{"id":"look_up_1","type":"function","function":{"name":"look_up","arguments":""}}})") +
                arguments(kFirstArguments),
            arguments(kArguments)),
        of.with(Delta::thoughts, start + event("content-start", R"({"content":{"type":"thinking","thinking":""}})"),
                event("content-delta", R"({"content":{"thinking":")" + kWords + R"("}})"))};
}

inline std::string gemini_event(const std::string& part, const std::string& more = "") {
    return unnamed_event(
        R"({"candidates": [{"content": {"parts": [)" + part + R"(],"role": "model"},"index": 0)" + more +
        R"(}],"usageMetadata": {"promptTokenCount": 29,"candidatesTokenCount": 12,"totalTokenCount": 81,"promptTokensDetails": [{"modality": "TEXT","tokenCount": 29}],"thoughtsTokenCount": 40},"modelVersion": "gemini-2.5-flash","responseId": "4b-Fav"})");
}

/// Calls come whole.
inline std::vector<ProviderStream> gemini_streams(const ProviderStream& of) {
    const std::string words = R"({"text": ")" + kWords + R"("})";
    const auto token = [](const std::string& logprob) {
        return R"({"token": ")" + kWords + R"(","tokenId": 7,"logProbability": )" + logprob + "}";
    };
    const std::string logprobs = R"(,"avgLogprobs": -1,"logprobsResult": {"topCandidates": [{"candidates": [)" +
                                 token(kOtherLogprob) + "," + token(kOtherLogprob) + R"(]}],"chosenCandidates": [)" +
                                 token(kLogprob) + "]}";
    return {of.with(Delta::text, "", gemini_event(words)),
            of.with(Delta::probabilities, "", gemini_event(words, logprobs)),
            of.with(Delta::thoughts, "", gemini_event(R"({"text": ")" + kWords + R"(","thought": true})"))};
}

/// Unless Vertex was asked to stream them.
inline ProviderStream gemini_call(ProviderStream of) {
    of.whole = true;
    return of.with(Delta::arguments, gemini_event(R"({"functionCall": {"name": "look_up","willContinue": true}})"),
                   gemini_event(R"({"functionCall": {"partialArgs": [{"jsonPath": "$.place","stringValue": ")" +
                                kWords + R"(","willContinue": true}],"willContinue": true}})"));
}

/// Calls come whole, each in a line.
inline std::vector<ProviderStream> ollama_streams() {
    const ProviderStream of{.name = "ollama", .dialect = "ollama", .content_type = "application/x-ndjson"};
    const auto line = [](const std::string& members, const std::string& logprobs = "") {
        return R"({"model":"qwen3:4b","created_at":"2026-08-17T08:22:52.061545Z","message":{"role":"assistant",)" +
               members + "},\"done\":false" + logprobs + "}\n";
    };
    const std::string words = R"("content":")" + kWords + R"(")";
    return {of.with(Delta::text, "", line(words)),
            of.with(Delta::probabilities, "", line(words, R"(,"logprobs":[)" + token_with_probability() + "]")),
            of.with(Delta::thoughts, "", line(R"("content":"","thinking":")" + kWords + R"(")"))};
}

inline std::vector<ProviderStream> provider_streams() {
    const ProviderStream vertex{.name = "vertex_gemini", .dialect = "vertex", .model = "gemini-2.5-flash"};
    std::vector<ProviderStream> all;
    const auto add = [&](const std::vector<ProviderStream>& some) { all.insert(all.end(), some.begin(), some.end()); };
    add(openai_streams("openai"));
    add(openai_streams("sim"));
    add(openai_like_streams());
    add(responses_streams());
    add(messages_streams({.name = "anthropic", .dialect = "anthropic"}, named_event));
    add(messages_streams({.name = "vertex_claude", .dialect = "vertex", .model = "claude-sonnet-4-5"}, named_event));
    add(messages_streams({.name = "bedrock_invoke",
                          .dialect = "bedrock",
                          .api = "invoke",
                          .content_type = "application/vnd.amazon.eventstream"},
                         framed_event));
    add(converse_streams());
    add(cohere_streams());
    add(gemini_streams({.name = "google", .dialect = "google"}));
    add(gemini_streams(vertex));
    all.push_back(gemini_call(vertex));
    add(ollama_streams());
    return all;
}

}  // namespace breakwater::test
