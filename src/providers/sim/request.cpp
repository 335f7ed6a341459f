#include "request.hpp"

#include <algorithm>

#include "token_source.hpp"

namespace breakwater::sim {
namespace {

using Element = JsonReader::Element;

/// What OpenAI's API takes; more would let one request ask for any amount of text.
constexpr std::int64_t kChoicesMax = 128;
constexpr std::int64_t kTopLogprobsMax = 20;
/// Tokens that the frame of a message costs, as in OpenAI's counting.
constexpr std::size_t kTokensPerMessage = 4;
constexpr std::size_t kTokensPerImage = 85;

std::unexpected<Error> refuse(std::string message, std::string param) {
    return fail(ErrorKind::invalid_request, std::move(message), std::move(param));
}

/// One message's content, whether it is a string or parts.
struct Content {
    std::string text{};
    std::size_t images = 0;
    std::size_t audio = 0;
    std::size_t files = 0;
};

Content read_content(Element message) {
    Content content;
    if (const auto text = get_string(message, "content")) {
        content.text = *text;
        return content;
    }
    const auto parts = get_array(message, "content");
    if (!parts) return content;
    for (const Element part : *parts) {
        const std::string_view type = get_string(part, "type").value_or("");
        if (const auto text = get_string(part, "text")) {
            if (!content.text.empty()) content.text += '\n';
            content.text += *text;
        }
        if (type == "image_url") ++content.images;
        if (type == "input_audio") ++content.audio;
        if (type == "file") ++content.files;
    }
    return content;
}

std::size_t tokens_of(const Content& content, Element message) {
    std::size_t tokens = kTokensPerMessage + count_tokens(content.text);
    tokens += (content.images + content.audio + content.files) * kTokensPerImage;
    if (const auto calls = get_array(message, "tool_calls")) {
        for (const Element call : *calls) {
            if (const auto function = get_object(call, "function")) {
                tokens += count_tokens(get_string(*function, "arguments").value_or(""));
            }
        }
    }
    return tokens;
}

Result<void> read_messages(Element body, Request& request) {
    const auto messages = get_array(body, "messages");
    if (!messages || messages->size() == 0) return refuse("`messages` must have at least one message.", "messages");
    for (const Element message : *messages) {
        Content content = read_content(message);
        request.prompt_tokens += tokens_of(content, message);
        const std::string_view role = get_string(message, "role").value_or("");
        if (role != "tool") request.tool_results.clear();
        request.prefill.clear();
        if (role == "user") {
            request.user_text = std::move(content.text);
            request.images = content.images;
            request.audio = content.audio;
            request.files = content.files;
        } else if (role == "tool") {
            request.tool_results.push_back(std::move(content.text));
        } else if (role == "assistant" && !get_value(message, "tool_calls")) {
            request.prefill = std::move(content.text);
        }
    }
    return {};
}

void read_tools(Element body, Request& request) {
    const auto tools = get_array(body, "tools");
    if (!tools) return;
    for (const Element tool : *tools) {
        const bool custom = get_string(tool, "type") == "custom";
        const auto definition = get_object(tool, custom ? "custom" : "function");
        const auto name = definition ? get_string(*definition, "name") : std::nullopt;
        if (!name) continue;
        request.tools.push_back({.name = *name, .custom = custom, .parameters = get_object(*definition, "parameters")});
    }
}

/// The name in {"type":"function","function":{"name":...}}, of a choice or of an allowed tool.
std::string_view named_tool(Element choice) {
    for (const std::string_view kind : {"function", "custom"}) {
        if (const auto tool = get_object(choice, kind)) return get_string(*tool, "name").value_or("");
    }
    return get_string(choice, "name").value_or("");
}

Result<void> read_tool_choice(Element body, Request& request) {
    const auto choice = get_value(body, "tool_choice");
    if (!choice) return {};
    if (choice->is_string()) {
        if (get_string(body, "tool_choice") == "none") request.tools.clear();
        return {};
    }
    std::vector<std::string_view> wanted;
    if (const auto allowed = get_object(*choice, "allowed_tools")) {
        const auto names = get_array(*allowed, "tools");
        if (!names) return {};
        for (const Element tool : *names) wanted.push_back(named_tool(tool));
    } else {
        wanted.push_back(named_tool(*choice));
        request.must_name_tool = true;
    }
    std::erase_if(request.tools,
                  [&](const RequestedTool& tool) { return std::ranges::find(wanted, tool.name) == wanted.end(); });
    if (request.tools.empty()) return refuse("`tool_choice` names a tool that is not in `tools`.", "tool_choice");
    return {};
}

void read_format(Element body, Request& request) {
    const auto format = get_object(body, "response_format");
    if (!format) return;
    const std::string_view type = get_string(*format, "type").value_or("");
    if (type == "json_object") request.format = Request::Format::json_object;
    if (type != "json_schema") return;
    request.format = Request::Format::json_schema;
    const auto definition = get_object(*format, "json_schema");
    if (definition) request.schema = get_object(*definition, "schema");
}

Result<void> read_limits(Element body, Request& request) {
    const std::int64_t choices = get_int(body, "n").value_or(1);
    if (choices < 1 || choices > kChoicesMax) return refuse("`n` must be between 1 and 128.", "n");
    request.choices = static_cast<std::size_t>(choices);
    auto tokens = get_int(body, "max_completion_tokens");
    if (!tokens) tokens = get_int(body, "max_tokens");
    if (tokens && *tokens < 1) return refuse("`max_tokens` must be at least 1.", "max_tokens");
    if (tokens) request.max_tokens = static_cast<std::size_t>(*tokens);
    if (const auto stop = get_string(body, "stop")) request.stop.emplace_back(*stop);
    if (const auto stops = get_array(body, "stop")) {
        std::string_view text;
        for (const Element stop : *stops) {
            if (stop.get(text)) request.stop.emplace_back(text);
        }
    }
    std::erase(request.stop, std::string());
    return {};
}

}  // namespace

Result<Request> read_request(Element body) {
    if (!body.is_object()) return refuse("The body must be a JSON object.", "");
    Request request;
    if (auto done = read_messages(body, request); !done) return std::unexpected(std::move(done.error()));
    if (auto done = read_limits(body, request); !done) return std::unexpected(std::move(done.error()));
    read_tools(body, request);
    if (auto done = read_tool_choice(body, request); !done) return std::unexpected(std::move(done.error()));
    read_format(body, request);
    request.parallel = get_bool(body, "parallel_tool_calls").value_or(true);
    request.stream = get_bool(body, "stream").value_or(false);
    if (const auto options = get_object(body, "stream_options")) {
        request.include_usage = get_bool(*options, "include_usage").value_or(false);
    }
    request.logprobs = get_bool(body, "logprobs").value_or(false);
    const auto top = std::clamp<std::int64_t>(get_int(body, "top_logprobs").value_or(0), 0, kTopLogprobsMax);
    request.top_logprobs = static_cast<std::size_t>(top);
    request.reasoning_off = get_string(body, "reasoning_effort") == "none";
    return request;
}

}  // namespace breakwater::sim
