#include "decode.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "../shared/body.hpp"
#include "../shared/value.hpp"
#include "breakwater/wire/client_body.hpp"
#include "parameters.hpp"

namespace breakwater::anthropic_messages {
namespace {

using ingress::Problem;
using ingress::Value;

/// The name of a hosted tool stands in its definition, for its provider.
bool is_known_tool(const ChatRequest& request) {
    return std::ranges::any_of(request.tools, [&](const Tool& tool) {
        return tool.kind == Tool::Kind::hosted || tool.name == request.tool_choice.name;
    });
}

/// A choice needs something to choose from; switching off what is not there is harmless, and common.
bool check_tool_choice(const Value& root, ChatRequest& request) {
    const std::optional<Value> given = root.find("tool_choice");
    if (!given) return true;
    using Mode = ToolChoice::Mode;
    const Mode mode = request.tool_choice.mode;
    if (request.tools.empty()) {
        if (mode == Mode::required || mode == Mode::named) {
            return given->fail("invalid_value", "expected only together with tools");
        }
        request.tool_choice = {};
        request.parallel_tool_calls.reset();
        return true;
    }
    if (mode != Mode::named || is_known_tool(request)) return true;
    return given->fail("invalid_value", "names a tool that is not among tools");
}

/// What more than one member decides. The system text stands first, wherever its member was.
bool settle(const Value& root, Draft& draft, Purpose purpose) {
    ChatRequest& request = draft.request;
    if (request.model.empty()) return root.missing("model");
    if (request.messages.empty()) return root.missing("messages");
    if (!request.max_tokens && purpose == Purpose::answer) return root.missing("max_tokens");
    if (draft.system) request.messages.insert(request.messages.begin(), std::move(*draft.system));
    settle_reasoning(draft);
    request.include_usage = request.stream;
    return check_tool_choice(root, request);
}

/// Members that the gateway takes for itself, or says as a header: a body with one of them cannot go on as it is.
bool has_own_members(const ChatRequest& request) {
    constexpr std::array<std::string_view, 6> kOwn{"route",     "models",         "provider",
                                                   "fallbacks", "anthropic_beta", "anthropic_version"};
    return std::ranges::any_of(request.extensions,
                               [&](const auto& member) { return std::ranges::find(kOwn, member.first) != kOwn.end(); });
}

void keep_sent_text(const std::shared_ptr<SentText>& sent, JsonReader::Element root, const Draft& draft) {
    sent->messages = root["messages"].raw();
    sent->tools = root["tools"].raw();
    sent->system = root["system"].raw();
    if (!has_own_members(draft.request)) sent->model = root["model"].raw();
    if (draft.thinking == Draft::Thinking::adaptive) sent->holds |= SentText::adaptive_thinking;
    draft.request.sent = sent;
}

}  // namespace

Result<void> decode_request(std::string& body, JsonReader& reader, ChatRequest& request, Purpose purpose) {
    const std::shared_ptr<SentText> sent = ingress::hold_body(body, ClientDialect::anthropic_messages);
    const Result<JsonReader::Element> parsed = parse_client_body(sent->body, reader);
    if (!parsed) return std::unexpected(parsed.error());

    Problem problem;
    request.dialect = ClientDialect::anthropic_messages;
    request.body_bytes = sent->body.size();
    Draft draft{.request = request};
    const Value::Body shared(sent, &sent->body);
    const Value root(*parsed, problem, shared);
    const bool read =
        root.each_member([&](std::string_view name, const Value& value) { return read_parameter(name, value, draft); });
    if (!read || !settle(root, draft, purpose)) return std::unexpected(std::move(*problem));
    keep_sent_text(sent, *parsed, draft);
    return {};
}

}  // namespace breakwater::anthropic_messages
