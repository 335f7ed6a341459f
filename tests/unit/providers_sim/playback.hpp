#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/providers/sim.hpp"
#include "breakwater/wire/sse_parser.hpp"

namespace breakwater::sim {

/// Everything that a script did.
struct Playback {
    bool has_head = false;
    HttpResponseHead head{};
    std::string body{};
    std::vector<Duration> delays{};  ///< of head, bytes and ending, in order
    std::vector<SimStep::Action> actions{};
    std::size_t largest_piece = 0;

    [[nodiscard]] SimStep::Action ending() const { return actions.back(); }
    [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(body); }
};

inline Playback play(std::string_view model, const nlohmann::json& request, const config::SimSettings& settings = {},
                     std::uint64_t seed = 0) {
    SimScript script(model, request.dump(), settings, seed);
    Playback playback;
    for (SimStep step; script.next(step);) {
        playback.actions.push_back(step.action);
        playback.delays.push_back(step.delay);
        playback.body += step.bytes;
        playback.largest_piece = std::max(playback.largest_piece, step.bytes.size());
        if (step.action != SimStep::Action::head) continue;
        playback.has_head = true;
        playback.head = step.head;
    }
    return playback;
}

/// The data of all events.
inline std::vector<std::string> events_of(const std::string& body) {
    struct Collector final : SseHandler {
        Result<void> on_sse(const SseEvent& event) override {
            data.emplace_back(event.data);
            return {};
        }
        std::vector<std::string> data;
    } collector;
    SseParser parser;
    if (!parser.feed(body, collector) || !parser.finish(collector)) return {"<not a stream>"};
    return collector.data;
}

/// The chunks of a stream, without [DONE].
inline std::vector<nlohmann::json> chunks_of(const Playback& playback) {
    std::vector<nlohmann::json> chunks;
    for (const std::string& data : events_of(playback.body)) {
        if (data != "[DONE]") chunks.push_back(nlohmann::json::parse(data));
    }
    return chunks;
}

/// One choice as the deltas of a stream add up to it.
struct Streamed {
    int roles = 0;
    std::string text{};
    std::string reasoning{};
    std::vector<nlohmann::json> calls{};
    std::vector<std::string> finishes{};
};

inline Streamed join(const std::vector<nlohmann::json>& chunks, int choice = 0) {
    Streamed result;
    for (const auto& chunk : chunks) {
        if (!chunk.contains("choices")) continue;
        for (const auto& part : chunk.at("choices")) {
            if (part.at("index") != choice) continue;
            const auto& delta = part.at("delta");
            if (delta.contains("role")) ++result.roles;
            if (delta.contains("content") && delta["content"].is_string()) result.text += delta["content"];
            if (delta.contains("reasoning_content")) result.reasoning += delta["reasoning_content"];
            for (const auto& call : delta.value("tool_calls", nlohmann::json::array())) {
                const std::size_t index = call.at("index");
                const std::string kind = call.contains("custom") ? "custom" : "function";
                const std::string field = kind == "custom" ? "input" : "arguments";
                if (index == result.calls.size()) {
                    result.calls.push_back(call);
                } else {
                    auto& text = result.calls.at(index).at(kind).at(field);
                    text = text.get<std::string>() + call.at(kind).at(field).get<std::string>();
                }
            }
            if (!part.at("finish_reason").is_null()) result.finishes.push_back(part["finish_reason"]);
        }
    }
    return result;
}

inline nlohmann::json ask(std::string_view text) {
    return {{"model", "m"}, {"messages", {{{"role", "user"}, {"content", text}}}}};
}

inline nlohmann::json streamed(nlohmann::json request) {
    request["stream"] = true;
    request["stream_options"] = {{"include_usage", true}};
    return request;
}

inline nlohmann::json weather_tool(std::string_view name = "weather") {
    return {{"type", "function"},
            {"function",
             {{"name", name},
              {"parameters",
               {{"type", "object"},
                {"properties", {{"city", {{"type", "string"}}}, {"days", {{"type", "integer"}, {"minimum", 2}}}}},
                {"required", {"city"}}}}}}};
}

}  // namespace breakwater::sim
