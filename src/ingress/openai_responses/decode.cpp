#include "decode.hpp"

#include <iterator>
#include <utility>

#include "../shared/body.hpp"
#include "../shared/openai_tools.hpp"
#include "breakwater/wire/client_body.hpp"
#include "breakwater/wire/json_writer.hpp"
#include "input.hpp"
#include "parameters.hpp"
#include "sent_text.hpp"

namespace breakwater::openai_responses_client {
namespace {

using ingress::Problem;

/// `instructions` speak first, and are not part of the conversation.
void put_instructions(ChatRequest& request, std::string& text) {
    if (text.empty()) return;
    Message message{.role = Role::system, .plain = true};
    message.parts.emplace_back(TextPart{.text = std::move(text)});
    request.messages.insert(request.messages.begin(), std::move(message));
    request.own->instructions = true;
}

/// The items of this turn as a list: a bare text is the user's.
JsonText input_list(const Value& input) {
    if (!input.is_string()) return input.json();
    std::string list;
    JsonWriter json(list);
    json.begin_array().begin_object().field("type", "message").field("role", "user");
    json.field("content", input.text()).end_object().end_array();
    return list;
}

/// What more than one member decides.
bool settle(const Value& root, Draft& draft) {
    ChatRequest& request = draft.request;
    if (request.model.empty()) return root.missing("model");
    const std::optional<Value> input = root.find("input");
    if (!input) return root.missing("input");
    if (!ingress::settle_tool_choice(root.find("tool_choice"), request)) return false;
    if (request.tools.empty()) request.parallel_tool_calls.reset();
    if (request.top_logprobs.value_or(0) > 0) request.logprobs = true;
    request.include_usage = true;  // the last event has it, whether asked for or not
    if (draft.store) request.own->input = input_list(*input);
    put_instructions(request, draft.instructions);
    return true;
}

}  // namespace

Result<void> decode_request(std::string& body, JsonReader& reader, ChatRequest& request) {
    const std::shared_ptr<SentText> sent = ingress::hold_body(body, ClientDialect::openai_responses);
    const Result<JsonReader::Element> parsed = parse_client_body(sent->body, reader);
    if (!parsed) return std::unexpected(parsed.error());

    Problem problem;
    request.dialect = ClientDialect::openai_responses;
    request.body_bytes = sent->body.size();
    request.own.emplace();
    Draft draft{.request = request};
    const Value::Body shared(sent, &sent->body);
    const Value root(*parsed, problem, shared);
    const bool read =
        root.each_member([&](std::string_view name, const Value& value) { return read_parameter(name, value, draft); });
    if (!read || !settle(root, draft)) return std::unexpected(std::move(*problem));
    keep_sent_text(sent, *parsed, draft);
    return {};
}

Result<void> put_before(std::span<const std::string> earlier, JsonReader& reader, ChatRequest& request) {
    std::vector<Message> messages;
    for (const std::string& text : earlier) {
        const Result<JsonReader::Element> parsed = reader.parse(text);
        if (!parsed) return std::unexpected(parsed.error());
        Problem problem;
        const Value root(*parsed, problem);
        const std::optional<Value> output = root.find("output");
        InputReader items(messages);
        if (!items.read(output ? *output : root)) return std::unexpected(std::move(*problem));
        request.own->items = request.own->items || items.has_native_items();
    }
    const auto at = request.messages.begin() + (request.own->instructions ? 1 : 0);
    request.messages.insert(at, std::make_move_iterator(messages.begin()), std::make_move_iterator(messages.end()));
    request.sent.reset();  // it has this turn only
    return {};
}

}  // namespace breakwater::openai_responses_client
