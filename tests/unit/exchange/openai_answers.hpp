#pragma once

#include <string>
#include <vector>

#include "exchange_bench.hpp"

namespace breakwater::test {

inline std::string sse(const json& event) {
    return "data: " + event.dump() + "\n\n";
}

inline std::string chunk(const json& delta, const json& finish = nullptr) {
    return sse({{"id", "up"},
                {"object", "chat.completion.chunk"},
                {"created", 1},
                {"model", "upstream-model"},
                {"choices", {{{"index", 0}, {"delta", delta}, {"finish_reason", finish}}}}});
}
inline std::string role_chunk() {
    return chunk({{"role", "assistant"}, {"content", ""}});
}
inline std::string text_chunk(const std::string& text) {
    return chunk({{"content", text}});
}
inline std::string stop_chunk() {
    return chunk(json::object(), "stop");
}
inline constexpr const char* kDone = "data: [DONE]\n\n";

inline HttpResponseHead head_of(int status, const std::string& type) {
    HttpResponseHead head;
    head.status = status;
    head.headers.add("content-type", type);
    return head;
}

/// A streamed answer; each text is one read that comes `gap` after the one before.
inline UpstreamScript stream_of(const std::vector<std::string>& reads, Duration gap = Duration(0)) {
    UpstreamScript script;
    script.head = head_of(200, "text/event-stream");
    for (const std::string& read : reads) script.body.push_back({.after = gap, .bytes = read});
    return script;
}

/// "Hello world" in the usual shape.
inline UpstreamScript good_stream(Duration gap = Duration(0)) {
    return stream_of({role_chunk(), text_chunk("Hello"), text_chunk(" world"), stop_chunk(), kDone}, gap);
}

/// A stream that breaks off after these reads.
inline UpstreamScript broken_after(const std::vector<std::string>& reads,
                                   ErrorKind kind = ErrorKind::upstream_truncated) {
    UpstreamScript script = stream_of(reads);
    script.body.push_back({.error = Error(kind, "broken")});
    return script;
}

inline UpstreamScript whole_answer(int status, const json& body) {
    UpstreamScript script;
    script.head = head_of(status, "application/json");
    script.body.push_back({.bytes = body.dump()});
    return script;
}
inline UpstreamScript good_answer() {
    return whole_answer(200, {{"id", "up"},
                              {"object", "chat.completion"},
                              {"created", 1},
                              {"model", "upstream-model"},
                              {"choices",
                               {{{"index", 0},
                                 {"message", {{"role", "assistant"}, {"content", "Hello world"}}},
                                 {"finish_reason", "stop"}}}},
                              {"usage", {{"prompt_tokens", 3}, {"completion_tokens", 2}, {"total_tokens", 5}}}});
}
inline UpstreamScript error_answer(int status, const std::string& code) {
    return whole_answer(status, {{"error", {{"message", "no"}, {"type", "server_error"}, {"code", code}}}});
}

/// What the bytes that a client got mean, and whether they obey the contract (C1 to C3).
struct Received {
    std::string text;
    std::string model;
    int status = 0;
    int roles = 0;
    int finishes = 0;
    int pings = 0;
    bool done = false;    ///< the dialect's end mark
    json error;           ///< of an error answer or an in-band error
    std::string problem;  ///< what is wrong with it, or empty

    [[nodiscard]] bool complete() const { return problem.empty() && error.is_null() && status == 200 && finishes == 1; }
    [[nodiscard]] bool failed() const { return problem.empty() && !error.is_null(); }
    [[nodiscard]] std::string code() const { return error.value("code", ""); }
};

inline void read_event(const std::string& data, Received& result) {
    if (result.done || !result.error.is_null()) result.problem = "an event after the end";
    if (data == "[DONE]") {
        result.done = true;
        return;
    }
    const json event = json::parse(data, nullptr, false);
    if (event.is_discarded()) {
        result.problem = "an event that is not JSON: " + data;
    } else if (event.contains("error")) {
        result.error = event["error"];
    } else {
        result.model = event["model"];
        for (const json& choice : event["choices"]) {
            result.roles += choice["delta"].contains("role");
            if (result.finishes > 0) result.problem = "a delta after the finish";
            result.finishes += !choice["finish_reason"].is_null();
            if (choice["delta"].contains("content") && choice["delta"]["content"].is_string()) {
                result.text += choice["delta"]["content"].get<std::string>();
            }
        }
    }
}

inline void read_stream(const std::string& body, Received& result) {
    std::size_t at = 0;
    while (at < body.size()) {
        const std::size_t end = body.find("\n\n", at);
        if (end == std::string::npos) {
            result.problem = "half an event";
            return;
        }
        const std::string event = body.substr(at, end - at);
        at = end + 2;
        if (event.starts_with(":")) {
            ++result.pings;
        } else if (event.starts_with("data: ")) {
            read_event(event.substr(6), result);
        } else {
            result.problem = "not an event: " + event;
        }
    }
    if (result.done && result.finishes != 1) result.problem = "a clean end without exactly one finish";
    if (result.done && result.roles != 1) result.problem = "not exactly one role";
    if (!result.done && result.error.is_null()) result.problem = "neither an end nor an error";
}

inline Received read_back(const MemoryClient& client) {
    Received result;
    if (!client.head) {
        result.problem = "no answer";
        return result;
    }
    result.status = client.head->status;
    if (!client.finished) result.problem = "the framing is not closed";
    if (client.streamed) {
        read_stream(client.body, result);
        return result;
    }
    const json body = json::parse(client.body, nullptr, false);
    if (body.is_discarded()) {
        result.problem = "not JSON";
    } else if (body.contains("error")) {
        result.error = body["error"];
        if (result.status < 400) result.problem = "an error with a good status";
    } else {
        result.text = body["choices"][0]["message"]["content"];
        result.model = body["model"];
        result.finishes = body["choices"][0]["finish_reason"] == "stop";
        result.roles = body["choices"][0]["message"]["role"] == "assistant";
    }
    return result;
}

}  // namespace breakwater::test
