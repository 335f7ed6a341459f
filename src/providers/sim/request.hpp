#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "breakwater/base/error.hpp"
#include "breakwater/wire/json_reader.hpp"

namespace breakwater::sim {

struct RequestedTool {
    std::string_view name;
    bool custom = false;
    std::optional<JsonReader::Element> parameters{};
};

/// What the simulator looks at in a request of the OpenAI dialect. Views and elements belong to the parsed body.
struct Request {
    enum class Format : std::uint8_t { text, json_object, json_schema };

    bool stream = false;
    bool include_usage = false;
    bool logprobs = false;
    std::size_t top_logprobs = 0;
    std::size_t choices = 1;
    std::optional<std::size_t> max_tokens{};
    std::vector<std::string> stop{};
    bool reasoning_off = false;

    std::string user_text{};  ///< of the last user message
    std::size_t images = 0;   ///< in the last user message
    std::size_t audio = 0;
    std::size_t files = 0;
    std::vector<std::string> tool_results{};  ///< of the tool messages that the conversation ends with
    std::string prefill{};                    ///< text of an assistant message that the conversation ends with
    std::size_t prompt_tokens = 0;

    std::vector<RequestedTool> tools{};  ///< those that may be called
    bool must_name_tool = false;         ///< `tools` is the one tool that was asked for
    bool parallel = true;
    Format format = Format::text;
    std::optional<JsonReader::Element> schema{};
};

/// The Error is what a server would answer with 400.
Result<Request> read_request(JsonReader::Element body);

}  // namespace breakwater::sim
