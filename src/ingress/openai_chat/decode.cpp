#include "decode.hpp"

#include <utility>

#include "../shared/body.hpp"
#include "../shared/openai_tools.hpp"
#include "../shared/value.hpp"
#include "breakwater/wire/client_body.hpp"
#include "parameters.hpp"
#include "sent_text.hpp"

namespace breakwater::openai_chat {
namespace {

using ingress::Problem;
using ingress::Value;

/// Legacy functions become tools; the encoder turns calls back into `function_call`.
bool adopt_functions(const Value& root, Draft& draft) {
    ChatRequest& request = draft.request;
    const bool choice_given = draft.function_choice.mode != ToolChoice::Mode::unset;
    if (draft.functions.empty() && !choice_given) return true;
    if (!request.tools.empty() || request.tool_choice.mode != ToolChoice::Mode::unset) {
        const std::string_view legacy = draft.functions.empty() ? "function_call" : "functions";
        return root.find(legacy)->fail("invalid_value", "cannot be used together with tools; use tools alone");
    }
    request.legacy_functions = true;
    request.tools = std::move(draft.functions);
    request.tool_choice = std::move(draft.function_choice);
    // The legacy answer has room for one call only.
    if (!request.tools.empty()) request.parallel_tool_calls = false;
    return true;
}

/// What more than one member decides.
bool settle(const Value& root, Draft& draft) {
    ChatRequest& request = draft.request;
    if (request.model.empty()) return root.missing("model");
    if (request.messages.empty()) return root.missing("messages");
    if (!adopt_functions(root, draft)) return false;
    const std::string_view choice = request.legacy_functions ? "function_call" : "tool_choice";
    if (!ingress::settle_tool_choice(root.find(choice), request)) return false;
    if (request.tools.empty()) request.parallel_tool_calls.reset();
    request.max_tokens = draft.max_completion_tokens ? draft.max_completion_tokens : draft.max_tokens;
    // OpenAI refuses stream_options without stream; nothing is lost by ignoring them.
    request.include_usage = request.stream && draft.include_usage;
    if (request.top_logprobs.value_or(0) > 0 && !request.logprobs.value_or(false)) {
        return root.find("top_logprobs")->fail("invalid_value", "expected only together with logprobs: true");
    }
    return true;
}

}  // namespace

Result<void> decode_request(std::string& body, JsonReader& reader, ChatRequest& request) {
    const std::shared_ptr<SentText> sent = ingress::hold_body(body, ClientDialect::openai_chat);
    const Result<JsonReader::Element> parsed = parse_client_body(sent->body, reader);
    if (!parsed) return std::unexpected(parsed.error());

    Problem problem;
    request.body_bytes = sent->body.size();
    Draft draft{.request = request};
    const Value::Body shared(sent, &sent->body);
    const Value root(*parsed, problem, shared);
    const bool read =
        root.each_member([&](std::string_view name, const Value& value) { return read_parameter(name, value, draft); });
    if (!read || !settle(root, draft)) return std::unexpected(std::move(*problem));
    keep_sent_text(sent, *parsed, request);
    return {};
}

}  // namespace breakwater::openai_chat
